import { createHash } from "node:crypto"
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { build, type Plugin } from "esbuild"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import { gitState } from "./checkout.ts"
import { frameworkRoot, isInstalled } from "./frameworkRoot.ts"
import { type InstalledPackage, installedAround, installedVersions } from "./installedVersions.ts"
import { sha256 } from "./sha256.ts"

/** Whose code it is. */
export interface CodeQuestion {
  /** The experiment's file. */
  readonly definitionPath: string
  /** The file that a trial's process starts with. */
  readonly childEntry: string
  /** Files that the child loads by a computed name, which no bundler sees; e.g. a catalogue for JSON definitions. */
  readonly also?: readonly string[]
}

/** Source files that import each other, read once. */
export interface Sources {
  /** Absolute paths of all files that were reached. */
  readonly files: readonly string[]
  /** The files that one of them imports as it is loaded, not those that it may import later. */
  imports(file: string): readonly string[]
  /** One of them with all that it imports, directly or not. */
  closure(file: string): readonly string[]
  /** The name of a file that is no longer what it was when it was first read, of those that some of them import. */
  changed(entries: readonly string[]): string | undefined
  /** The code of some of them with all that they import, as a bundler sees it. */
  identify(entries: readonly string[]): CodeIdentity
}

/**
 * Digests the import closure of a definition and of the child's entry, see `openSources`.
 * @throws Error in one sentence when a file does not parse or an import leads nowhere
 */
export async function identifyCode(question: CodeQuestion): Promise<CodeIdentity> {
  const sources = await openSources(question)
  return sources.identify(sources.files)
}

/**
 * Reads the import closure of a definition and of the child's entry, as a bundler sees it: type-only imports are
 * not in it, workspace packages are followed into their sources, other packages stand for themselves through the
 * lockfile. Names in digests are relative, so two checkouts of the same code agree.
 *
 * @throws Error in one sentence when a file does not parse or an import leads nowhere
 */
export async function openSources({ definitionPath, childEntry, also = [] }: CodeQuestion): Promise<Sources> {
  // The graph has no links, so neither may what is looked up in it.
  const real = (file: string) => (existsSync(file) ? realpathSync(resolve(file)) : resolve(file))
  const definition = real(definitionPath)
  const entry = real(childEntry)
  const root = frameworkRoot(dirname(entry))
  const installed = isInstalled(root) ? installedAround(entry) : undefined
  const [graph, git] = await Promise.all([
    importGraph([definition, entry, ...also.map(real)], root, ownFolders(root, installed)),
    // Of whoever installed it, who may well keep an experiment in it, the checkout says nothing of what was installed.
    installed === undefined ? gitState(root) : {},
  ])
  const nameOf = (file: string) => {
    // Package managers differ in where they put a package.
    const [, packaged] = (installed && /.*[\\/]node_modules[\\/](.*)$/.exec(file)) ?? []
    if (packaged !== undefined) return packaged.replaceAll("\\", "/")
    const inside = relative(root, file)
    const name = inside.startsWith("..") ? `definition/${relative(dirname(definition), file)}` : inside
    return name.replaceAll("\\", "/")
  }
  const version = installed === undefined ? packageAt(root).version : installed[0]?.version
  const common = {
    lockfile:
      installed === undefined ? lockfileDigest(root) : sha256(installedVersions(installed).join("\n")),
    ...(version === undefined ? {} : { framework: version }),
    ...git,
  }
  const contents = new Map<string, string>()
  const contentOf = (file: string) => {
    const known = contents.get(file) ?? sha256(readFileSync(file))
    contents.set(file, known)
    return known
  }
  const identities = new Map<string, CodeIdentity>()
  return {
    files: [...graph.keys()],
    imports: (file) => (graph.get(file) ?? []).flatMap(({ path, atOnce }) => (atOnce ? [path] : [])),
    closure: (file) => closureOf([file], graph),
    changed(entries) {
      const file = closureOf(entries, graph).find(
        (one) => contents.has(one) && (!existsSync(one) || sha256(readFileSync(one)) !== contents.get(one)),
      )
      return file === undefined ? undefined : nameOf(file)
    },
    identify(entries) {
      const key = [...entries].sort().join("\n")
      const known = identities.get(key)
      if (known !== undefined) return known
      const named = closureOf(entries, graph).map((file) => ({ file, name: nameOf(file) }))
      named.sort((a, b) => (a.name < b.name ? -1 : 1))
      const digest = createHash("sha256")
      const sources: Record<string, string> = {}
      for (const { file, name } of named) {
        digest.update(`${name}\0${contentOf(file)}\n`)
        sources[name] = contentOf(file).slice(0, 12)
      }
      const identity = { digest: digest.digest("hex"), files: named.length, ...common, sources }
      identities.set(key, identity)
      return identity
    },
  }
}

type Graph = ReadonlyMap<string, readonly { readonly path: string; readonly atOnce: boolean }[]>

function closureOf(entries: readonly string[], graph: Graph): string[] {
  const found = new Set(entries.map((file) => (graph.has(file) ? file : realpathSync(resolve(file)))))
  // What is added while the set is walked is walked as well.
  for (const file of found) for (const { path } of graph.get(file) ?? []) found.add(path)
  return [...found]
}

async function importGraph(entries: readonly string[], root: string, own: readonly string[]): Promise<Graph> {
  const scripts = entries.filter((file) => /\.[cm]?[jt]sx?$/.test(file))
  try {
    const { metafile } = await build({
      entryPoints: [...scripts],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      packages: "external",
      alias: ownPackages(own),
      // That a package says which files nobody needs for what they do is for whoever builds a page.
      ignoreAnnotations: true,
      plugins: [sourcesFirst],
      outdir: "closure",
      logLevel: "silent",
    })
    const graph = new Map<string, { path: string; atOnce: boolean }[]>(entries.map((file) => [file, []]))
    for (const [file, { imports }] of Object.entries(metafile.inputs)) {
      const inside = imports.filter(({ external }) => external !== true)
      const found = inside.map(({ path, kind }) => ({
        path: resolve(root, path),
        atOnce: kind === "import-statement",
      }))
      graph.set(resolve(root, file), found)
    }
    return graph
  } catch (error) {
    const first = error instanceof Error ? error.message.split("\n")[1] : undefined
    throw new Error(
      `Expected ${entries.map((file) => basename(file)).join(" and ")} to be readable with all that they import, ` +
        `but got: ${first ?? String(error)}`,
    )
  }
}

/** `./a.js` in a source means `a.ts` where there is one, whatever a compiler left beside it: that is what the loader takes. */
const sourcesFirst: Plugin = {
  name: "sourcesFirst",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.m?js$/ }, ({ path, importer, resolveDir }) => {
      const source = join(resolveDir, path.replace(/js$/, "ts"))
      return /\.m?ts$/.test(importer) && existsSync(source) ? { path: source } : undefined
    })
  },
}

/** Names of Saddlepoint's packages -> the folders of their sources or built files, and of their front doors -> the files behind them. */
function ownPackages(folders: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    folders.flatMap((folder) => {
      const { name, exports = {} } = packageAt(folder)
      if (name === undefined) return []
      const doors = Object.entries(exports).filter(([door]) => door !== "." && !door.includes("*"))
      const behind = doors.map(([door, file]) => [
        `${name}${door.slice(1)}`,
        join(folder, typeof file === "string" ? file : file.default),
      ])
      return [...behind, [name, folder]]
    }),
  )
}

function ownFolders(root: string, installed: readonly InstalledPackage[] | undefined): string[] {
  if (installed !== undefined)
    return installed.flatMap(({ name, folder }) => (name.startsWith("@saddlepoint/") ? [folder] : []))
  const { workspaces } = packageAt(root)
  return Array.isArray(workspaces) ? workspaces.map((workspace) => join(root, String(workspace))) : []
}

function lockfileDigest(root: string): string {
  const lockfile = join(root, "package-lock.json")
  return existsSync(lockfile) ? sha256(readFileSync(lockfile)) : ""
}

interface Package {
  readonly name?: string
  readonly version?: string
  readonly workspaces?: unknown
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>
}

function packageAt(folder: string): Package {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  } catch {
    return {}
  }
}
