import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"

interface Installed {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package as it lies on the disk. */
export interface InstalledPackage {
  readonly folder: string
  readonly name: string
  readonly version: string
}

/**
 * What a lockfile says of the repository, of installed packages: `name@version` of all that some need, directly or not, as it is
 * installed, and of themselves. What else a project installs is not among them, and changes no result.
 */
export function installedVersions(packages: readonly InstalledPackage[]): readonly string[] {
  return [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort()
}

/** The package that a file belongs to, with all that it needs, as Node finds it: wherever a package manager has put it. */
export function installedAround(file: string): readonly InstalledPackage[] {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return installedClosure([folder])
  }
  return []
}

/** Some packages with all that they need, directly or not, as it is installed. */
export function installedClosure(packages: readonly string[]): readonly InstalledPackage[] {
  const folders = new Set(packages.map((folder) => realpathSync(folder)))
  const found: InstalledPackage[] = []
  // What is added while the set is walked is walked as well.
  for (const folder of folders) {
    const { name = "", version = "", dependencies, optionalDependencies } = packageOf(folder)
    found.push({ folder, name, version })
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const where = packageFrom(folder, needed)
      if (where !== undefined) folders.add(where)
    }
  }
  return found
}

function packageOf(folder: string): Installed {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
}

/** Where Node finds a package from a folder; undefined where it is not installed, as for another system. */
function packageFrom(folder: string, name: string): string | undefined {
  const file = join(folder, "node_modules", name, "package.json")
  if (existsSync(file)) return realpathSync(dirname(file))
  return dirname(folder) === folder ? undefined : packageFrom(dirname(folder), name)
}
