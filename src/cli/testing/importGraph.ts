import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { fileURLToPath } from "node:url"

/** Root of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url))

/** The workspaces' folders by the names under which they are imported. */
export function workspaceNames(folders: readonly string[]): ReadonlyMap<string, string> {
  return new Map(folders.map((folder) => [`@saddlepoint/${folder.replace("src/", "")}`, folder]))
}

/** The sources below a folder, as paths from the root. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name === "node_modules") return []
    return entry.isDirectory() ? sourcesIn(path) : /\.(ts|mts|mjs)$/.test(entry.name) ? [path] : []
  })
}

/** What a source imports, types included, as it is written. */
export function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8")
  return [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)].map((found) => found[1]!)
}

/** The file that a deep import of a workspace leads to: behind a front door of its package.json, or of that name. */
export function fileBehind(folder: string, path: string | undefined): string {
  const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
  return normalize(join(folder, path === undefined ? "index.ts" : (exports?.[`./${path}`] ?? `${path}.ts`)))
}

/** Which files each source imports, by path from the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** The imports among the sources of some workspaces. */
export function importGraph(folders: readonly string[]): ImportGraph {
  const names = workspaceNames(folders)
  const target = (path: string, specifier: string): string | undefined => {
    if (specifier.startsWith(".")) return normalize(join(dirname(path), specifier))
    const [, name, deep] = /^(@saddlepoint\/[a-z]+)(?:\/(.+))?$/.exec(specifier) ?? []
    const folder = names.get(name ?? "")
    return folder === undefined ? undefined : fileBehind(folder, deep)
  }
  return new Map(
    folders.flatMap(sourcesIn).map((path) => [
      path,
      importsOf(path).flatMap((specifier) => {
        const file = target(path, specifier)
        return file !== undefined && existsSync(join(root, file)) ? [file] : []
      }),
    ]),
  )
}

/** Whether a source is a test, or serves tests alone: these look at everything, and nothing that ships imports them. */
export function isTesting(path: string): boolean {
  return /\.test(-d)?\.ts$|\/testing\//.test(path)
}

/**
 * A way along arrows that comes back to where it began, as `a -> b -> a`; undefined where there is none.
 * @param arrows from each place to others
 */
export function circleIn(arrows: ReadonlyMap<string, Iterable<string>>): string | undefined {
  const done = new Set<string>()
  const way: string[] = []
  const walk = (place: string): string | undefined => {
    const met = way.indexOf(place)
    if (met >= 0) return [...way.slice(met), place].join(" -> ")
    if (done.has(place)) return undefined
    way.push(place)
    for (const next of arrows.get(place) ?? []) {
      const circle = walk(next)
      if (circle !== undefined) return circle
    }
    way.pop()
    done.add(place)
    return undefined
  }
  for (const place of arrows.keys()) {
    const circle = walk(place)
    if (circle !== undefined) return circle
  }
  return undefined
}
