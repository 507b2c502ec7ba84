import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"

interface Installed {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * What a lockfile says of the repository, of installed packages: `name@version` of all that Saddlepoint's packages need, directly or not, as
 * it is installed. What else a project installs is not among them, and changes no result.
 * @param root the folder `node_modules` that they are installed in
 */
export function installedVersions(root: string): readonly string[] {
  const own = join(root, "@saddlepoint")
  const first = existsSync(own) ? readdirSync(own).map((name) => join(own, name)) : []
  const found = installedClosure([...first, join(root, "saddlepoint")].filter((folder) => existsSync(folder)))
  return [...new Set(found.map(({ name, version }) => `${name}@${version}`))].sort()
}

/** Some packages with all that they need, directly or not, as it is installed. */
export function installedClosure(
  packages: readonly string[],
): readonly { readonly folder: string; readonly name: string; readonly version: string }[] {
  const folders = new Set(packages.map((folder) => realpathSync(folder)))
  const found = []
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
