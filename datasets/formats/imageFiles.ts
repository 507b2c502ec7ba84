import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import { basename, extname, join, relative, sep } from "node:path"
import { eachOf } from "./eachOf.ts"
import { identityDigest } from "./identityDigest.ts"

/** Endings of the files that count as images; everything else in a folder is left alone. */
export const imageEndings: readonly string[] = [
  ".jpg",
  ".jpeg",
  ".jfif",
  ".png",
  ".webp",
  ".tif",
  ".tiff",
  ".bmp",
  ".gif",
]

/** Paths of the images directly in a folder, by name in the order of code units; undefined where there is no folder. */
export async function imagesIn(folder: string): Promise<readonly string[] | undefined> {
  const about = await stat(folder).catch(() => undefined)
  if (!about?.isDirectory()) return undefined
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter(isImageName)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name))
}

/** Whether a file counts as an image, by its ending in any case. */
export function isImageName(name: string): boolean {
  return imageEndings.includes(extname(name).toLowerCase())
}

/** SHA-256 of each file's bytes, in hexadecimal, in the order of the paths. */
export function contentHashes(paths: readonly string[]): Promise<readonly string[]> {
  return eachOf(paths, async (path) =>
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  )
}

/** SHA-256 over what else decides the examples (plug-in, version, options) and the names and bytes of all files. */
export async function filesDigest(
  identity: readonly unknown[],
  files: Readonly<Record<string, readonly string[]>>,
): Promise<string> {
  const parts: unknown[] = [...identity]
  for (const paths of Object.values(files)) parts.push(namesOf(paths), await contentHashes(paths))
  return identityDigest(parts)
}

/** Names of files without their folders. */
export function namesOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => basename(path))
}

/** Where a file lies within a folder, with slashes. */
export function nameWithin(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/")
}
