import { basename, isAbsolute, relative } from "node:path"

// At least two segments, so that `a/b`, `https://host/x` and a lone "/" stay as they are; further in, a segment may have one space.
const posixPath =
  /(?<![\w./\\@-])(?<!:(?=\/\/))(?:file:\/\/)?\/[^\s"'`<>()|:*?,;/]+\/(?:[^\s"'`<>()|:*?,;/]+(?: [^\s"'`<>()|:*?,;/]+)?\/)*[^\s"'`<>()|:*?,;/]*/g
// What stands between quotes, or is all of a text or of an option's value, may have spaces in it, and be one segment.
const quotedPath = /(["'`])((?:file:\/\/)?\/(?:[^"'`\n/]+\/)+[^"'`\n/]*)\1/g
const wholePath = /^((?:--set )?[\w.-]+=)?((?:file:\/\/)?\/(?:[^"'`<>,;:\n/]+\/)*[^"'`<>,;:\n/]+\/?)$/
const windowsPath =
  /(?<!\w)(?:file:\/\/\/)?[A-Za-z]:[\\/](?:[^\s"'`<>()|:*?,;\\/]+[\\/])*[^\s"'`<>()|:*?,;\\/]*/g

/** How a found path is written in the place of itself. */
type Written = (path: string) => string

/**
 * The value with every absolute path in its strings made relative to the working folder, or cut to `…/name` where it
 * lies elsewhere: what a run store keeps must not name people or machines.
 */
export function withoutPaths<T>(value: T): T {
  return rewritten(value, shorten)
}

/** The same with every absolute path cut, so that it does not depend on the working folder either. */
export function withPathsCut<T>(value: T): T {
  return rewritten(value, cut)
}

function rewritten<T>(value: T, written: Written): T {
  if (typeof value === "string") return scrub(value, written) as T
  if (Array.isArray(value)) return value.map((item) => rewritten(item, written)) as T
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [scrub(key, written), rewritten(inner, written)]),
    ) as T
  }
  return value
}

function scrub(text: string, written: Written): string {
  if (!text.includes("/") && !text.includes("\\")) return text
  return text
    .replace(wholePath, (_, option: string | undefined, path: string) => `${option ?? ""}${written(path)}`)
    .replace(quotedPath, (_, quote: string, path: string) => `${quote}${written(path)}${quote}`)
    .replace(posixPath, written)
    .replace(windowsPath, written)
}

function shorten(found: string): string {
  const path = found.replace(/^file:\/\/(?=\/)/, "")
  const near = relative(process.cwd(), path.replace(/\/$/, ""))
  if (near !== "" && !near.startsWith("..") && !isAbsolute(near)) return near.replaceAll("\\", "/")
  return cut(path)
}

function cut(path: string): string {
  return `…/${basename(path.replaceAll("\\", "/"))}`
}
