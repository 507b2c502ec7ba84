import { lstatSync } from "node:fs"
import { join } from "node:path"
import { errorCode, listFolder } from "./durable.ts"

/** What lies in a folder. */
export interface FolderSize {
  /** Of all files; a file with several names counts once. */
  readonly bytes: number
  /** When the newest of them was written, milliseconds since 1970; 0 where there is none. */
  readonly newest: number
}

/** Measures a file, or all that lies in a folder; what is gone meanwhile counts for nothing. */
export function folderSize(path: string): FolderSize {
  const seen = new Set<string>()
  let [bytes, newest] = [0, 0]
  const walk = (here: string) => {
    const stat = statOf(here)
    if (stat === undefined) return
    if (stat.isDirectory()) {
      for (const name of listFolder(here)) walk(join(here, name))
      return
    }
    const name = `${stat.dev} ${stat.ino}`
    // A published result is a second name of its attempt's file.
    if (stat.nlink > 1 && seen.has(name)) return
    seen.add(name)
    bytes += stat.size
    newest = Math.max(newest, stat.mtimeMs)
  }
  walk(path)
  return { bytes, newest }
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return undefined
    throw error
  }
}
