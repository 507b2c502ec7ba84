import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"

/** The folder that a file's project lies in: what is under version control together, or one workspace; the file's own where there is none. */
export function projectOf(file: string): string {
  const above = foldersAbove(file)
  const holding = (mark: string) => above.find((folder) => existsSync(join(folder, mark)))
  return holding(".git") ?? above.find(isWorkspace) ?? holding("package.json") ?? dirname(file)
}

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path)
  return folder === dirname(folder) ? [] : [folder, ...foldersAbove(folder)]
}

function isWorkspace(folder: string): boolean {
  if (existsSync(join(folder, "pnpm-workspace.yaml"))) return true
  try {
    return "workspaces" in JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  } catch {
    return false
  }
}

/** Where packages of a folder may lie, which are loaded when they are first needed. */
export function packageFolders(folder: string): readonly string[] {
  const above = dirname(folder)
  return [join(folder, "node_modules"), ...(folder === above ? [] : packageFolders(above))]
}

/** Where a project's packages lie that are links, as in workspaces. */
export function linkedPackages(project: string): readonly string[] {
  const found = (folder: string): readonly string[] =>
    entriesOf(folder).flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && entry.name.startsWith("@")) return found(path)
      return entry.isSymbolicLink() && existsSync(path) ? [realpathSync(path)] : []
    })
  return found(join(project, "node_modules"))
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
