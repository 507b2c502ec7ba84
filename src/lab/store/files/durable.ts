import { createHash } from "node:crypto"
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Json } from "@saddlepoint/core/contracts/json"

/** Makes the names in a folder survive a power cut. File systems that cannot sync a folder are left alone. */
export function syncFolder(folder: string): void {
  let handle: number | undefined
  try {
    handle = openSync(folder, "r")
    fsyncSync(handle)
  } catch (error) {
    if (!["EPERM", "EINVAL", "EISDIR", "EACCES", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** Writes a file so that it is found whole or not at all, even after a power cut. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true })
  const draft = join(folder, `.${basename(file)}.${process.pid}.draft`)
  try {
    const handle = openSync(draft, "w")
    try {
      writeFileSync(handle, content)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(folder)
}

/** Writes `value` as JSON that a person can read. */
export function writeJson(file: string, value: Json | object): void {
  writeDurably(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** A file's text; undefined where there is no such file. A folder in its place reads as an empty one. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined
    if (errorCode(error) === "EISDIR") return ""
    // A disk that cannot be read now says nothing about the file.
    throw error
  }
}

/** What a JSON file holds: `absent` when there is no such file, `broken` when it is cut off or no JSON object. */
export function readJson(
  file: string,
): { readonly value: Readonly<Record<string, unknown>> } | "absent" | "broken" {
  const text = readText(file)
  if (text === undefined) return "absent"
  const value = parsedObject(text)
  return value === undefined ? "broken" : { value }
}

/** The object that a JSON text holds; undefined where it holds none. */
export function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** SHA-256 of a file's bytes, 64 hex digits. */
export function fileDigest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex")
}

/** Whether two names are those of one file, or of copies; false where either is missing or is no file. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  if (a?.isFile() !== true || b?.isFile() !== true) return false
  return (a.ino === b.ino && a.dev === b.dev) || fileDigest(one) === fileDigest(other)
}

/** Names in a folder; none when it does not exist. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return []
    throw error
  }
}

/** The `code` of a file system error, e.g. `EEXIST`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined
}
