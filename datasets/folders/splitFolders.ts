import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import type { SplitName } from "@saddlepoint/core/contracts/dataset"

/** What sub-folders of the splits are called, in any case; of several the first. */
const names: Readonly<Record<SplitName, readonly string[]>> = {
  train: ["train", "training"],
  validation: ["validation", "val", "valid"],
  test: ["test", "testing"],
}

/** Paths of folders by split; those that are there. */
export type SplitFolders = Readonly<Partial<Record<SplitName, string>>>

/**
 * The sub-folders that are splits: `train`, `validation` or `val`, and `test`; with a domain `A` those that are called `trainA`, `train_A`
 * and so on.
 */
export async function splitFolders(folder: string, domain = ""): Promise<SplitFolders> {
  const there = await subFolders(folder)
  const found: Partial<Record<SplitName, string>> = {}
  for (const [split, words] of Object.entries(names) as [SplitName, readonly string[]][]) {
    const called = words.flatMap((word) =>
      domain === "" ? [word] : [`${word}${domain}`, `${word}_${domain}`],
    )
    const name = called
      .flatMap((word) => there.filter((one) => one.toLowerCase() === word.toLowerCase()))
      .at(0)
    if (name !== undefined) found[split] = join(folder, name)
  }
  return found
}

/** Whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Names of the sub-folders of a folder, and of links to folders, in the order of code units, without hidden ones; none where there is no folder. */
export async function subFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found: string[] = []
  for (const { name } of entries) {
    if (!name.startsWith(".") && (await isFolder(join(folder, name)))) found.push(name)
  }
  return found.sort((a, b) => (a < b ? -1 : 1))
}
