import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { WrongCall } from "../exit.ts"

/**
 * Writes files that are not there yet, all of them or none.
 * @param keep names of files that may be there already: they stay as they are
 * @returns names of the files that were written
 * @throws WrongCall where one is there, or the folder cannot be made
 */
export function writeNew(
  folder: string,
  files: Readonly<Record<string, string>>,
  keep: readonly string[] = [],
): readonly string[] {
  const there = Object.keys(files).filter((name) => existsSync(join(folder, name)))
  const taken = there.filter((name) => !keep.includes(name))
  if (taken.length > 0) {
    throw new WrongCall(
      `Expected to write ${taken.join(", ")} in ${folder}, but ${taken.length === 1 ? "it is" : "they are"} there already, and nothing was written; choose another name or folder.`,
    )
  }
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new WrongCall(
      `Expected a folder to write in, but ${folder} cannot be made: ${(error as Error).message}.`,
    )
  }
  const written = Object.keys(files).filter((name) => !there.includes(name))
  for (const name of written) writeFileSync(join(folder, name), files[name]!, { flag: "wx" })
  return written
}
