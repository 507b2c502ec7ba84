import { existsSync } from "node:fs"
import { stat } from "node:fs/promises"
import { join, resolve } from "node:path"

/** Names of the folders that published sets lie in, below the one that SADDLEPOINT_DATA names or `data`. */
export const publishedFolders = [
  "mnist",
  "fashion-mnist",
  "usps",
  "svhn",
  "bsds500",
  "facades",
  "horse2zebra",
] as const

/**
 * Where the files of a published set lie: the folder that is given; else the set's own in the folder that the environment
 * variable SADDLEPOINT_DATA names, if it is there; else `data/<set>` below the working directory.
 */
export function dataFolder(set: string, given?: string): string {
  if (given !== undefined) return resolve(given)
  const data = process.env.SADDLEPOINT_DATA
  const shared = data ? resolve(data, set) : undefined
  return shared !== undefined && existsSync(shared) ? shared : resolve("data", set)
}

/** Where files of a published set are put when they are pulled. */
export function pullFolder(set: string): string {
  return resolve(process.env.SADDLEPOINT_DATA || "data", set)
}

/** One sentence on the files that are not in a set's folder, and what to do; none where all are there. */
export async function missingFiles(
  set: string,
  folder: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const there = await Promise.all(files.map((file) => stat(join(folder, file)).catch(() => undefined)))
  const absent = files.filter((_, at) => !there[at]?.isFile())
  if (absent.length === 0) return []
  const [first, ...others] = absent
  const what = others.length === 0 ? first : `${first} and ${others.length} more`
  return [
    `Expected the files of ${set} in ${folder}, but ${what} ${absent.length === 1 ? "is" : "are"} missing; run ` +
      `\`saddlepoint datasets pull ${set}\`, or set SADDLEPOINT_DATA to a folder that holds ${set}/.`,
  ]
}
