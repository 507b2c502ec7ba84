import { existsSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/**
 * Where Saddlepoint and what it is installed with lie: the nearest folder above that holds a package-lock.json, which is the repository,
 * or that is called `node_modules`, where it was installed as packages; `from` itself where there is neither.
 */
export function frameworkRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isInstalled(folder) || existsSync(join(folder, "package-lock.json"))) return folder
    if (dirname(folder) === folder) return from
  }
}

/** Whether a root is that of installed packages, which are built, and not of the repository's sources. */
export function isInstalled(root: string): boolean {
  return basename(root) === "node_modules"
}
