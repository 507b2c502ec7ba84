import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { errorCode, listFolder, syncFolder } from "./durable.ts"
import { writeSealed } from "./sealed.ts"

/** What can make a second name for a file; a parameter so that tests can take it away. */
export type Link = (existing: string, name: string) => void

/**
 * Gives a whole file a second name, once: of all that claim `target`, one gets it. False when the name was taken. Where the
 * file system has no hard links, the file is created exclusively and then filled.
 */
export function claimName(source: string, target: string, link: Link = linkSync): boolean {
  try {
    link(source, target)
    return true
  } catch (error) {
    const code = errorCode(error)
    // A network file system may repeat a link that had worked and then find its own name.
    if (code === "EEXIST") return statSync(source).ino === statSync(target).ino
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"].includes(code ?? "")) throw error
  }
  return copyExclusively(source, target)
}

function copyExclusively(source: string, target: string): boolean {
  const bytes = readFileSync(source)
  let handle: number
  try {
    handle = openSync(target, "wx")
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  }
  try {
    writeFileSync(handle, bytes)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  return true
}

/**
 * Publishes a whole file in a folder as `<stem>.json`, by a name that is made once and never replaced: whoever comes second
 * learns that the first one stands. A damaged file is passed over by the next generation (`<stem>.2.json`), whose name is as
 * exclusive.
 *
 * @param standing whether the file that has a name is the one meant; undefined while it is not whole
 * @returns false where another's file stands
 */
export function publishOnce(
  source: string,
  folder: string,
  stem: string,
  standing: (file: string) => boolean | undefined,
  link: Link = linkSync,
): boolean {
  for (let generation = 1; ; generation += 1) {
    const target = join(folder, generation === 1 ? `${stem}.json` : `${stem}.${generation}.json`)
    if (claimName(source, target, link)) return true
    if (stands(target, standing)) return false
  }
}

/** Gives a publisher that copies, because the file system has no hard links, the half second that filling a file may take. */
function stands(file: string, standing: (file: string) => boolean | undefined): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let look = 0; look < 10; look += 1) {
    const found = standing(file)
    if (found !== undefined) return found
    Atomics.wait(pause, 0, 0, 50)
  }
  return false
}

/** The numbers of a folder's files `<n>.json`, ascending; those beyond what can be counted on are nobody's. */
export function numbersIn(folder: string): number[] {
  return listFolder(folder)
    .flatMap((name) => {
      const match = /^([1-9]\d{0,14})\.json$/.exec(name)
      return match === null ? [] : [Number(match[1])]
    })
    .sort((a, b) => a - b)
}

/** Writes `<number>.json` into a folder, sealed, whole or not at all; false when somebody took the number before. */
export function keepNumbered(folder: string, number: number, value: object): boolean {
  mkdirSync(folder, { recursive: true })
  const draft = join(folder, `.numbered.${process.pid}.draft`)
  try {
    writeSealed(draft, value)
    if (!claimName(draft, join(folder, `${number}.json`))) return false
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(folder)
  return true
}
