import { basename, isAbsolute, relative } from "node:path"

// At least two segments, so that `a/b`, `https://host/x` and a lone "/" stay as they are.
const posixPath = /(?<![\w.:/\\@-])(?:file:\/\/)?\/(?:[^\s"'`<>()|:*?,;/]+\/)+[^\s"'`<>()|:*?,;/]*/g
const windowsPath =
  /(?<!\w)(?:file:\/\/\/)?[A-Za-z]:[\\/](?:[^\s"'`<>()|:*?,;\\/]+[\\/])*[^\s"'`<>()|:*?,;\\/]*/g

/**
 * The value with every absolute path in its strings made relative to the working folder, or cut to `…/name` where it
 * lies elsewhere: what a run store keeps must not name people or machines.
 */
export function withoutPaths<T>(value: T): T {
  if (typeof value === "string") return scrub(value) as T
  if (Array.isArray(value)) return value.map(withoutPaths) as T
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [scrub(key), withoutPaths(inner)]),
    ) as T
  }
  return value
}

function scrub(text: string): string {
  if (!text.includes("/") && !text.includes("\\")) return text
  return text.replace(posixPath, shorten).replace(windowsPath, shorten)
}

function shorten(found: string): string {
  const path = found.replace(/^file:\/\/(?=\/)/, "")
  const near = relative(process.cwd(), path)
  if (near !== "" && !near.startsWith("..") && !isAbsolute(near)) return near.replaceAll("\\", "/")
  return `…/${basename(path.replaceAll("\\", "/"))}`
}
