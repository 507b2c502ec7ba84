import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import type { SplitName } from "@saddlepoint/core/contracts/dataset"

/** Paths of the sub-folders that are splits: `train`, `validation` or `val`, and `test`; those that are there. */
export async function splitFolders(folder: string): Promise<Readonly<Partial<Record<SplitName, string>>>> {
  const [train, validation, val, test] = await Promise.all(
    ["train", "validation", "val", "test"].map(async (name) => {
      const path = join(folder, name)
      return (await isFolder(path)) ? path : undefined
    }),
  )
  const held = validation ?? val
  return { ...(train && { train }), ...(held && { validation: held }), ...(test && { test }) }
}

/** Whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Names of the sub-folders of a folder in the order of code units, without hidden ones; the folder must be there. */
export async function subFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1))
}
