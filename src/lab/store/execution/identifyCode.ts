import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { build, type Plugin } from "esbuild"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import { frameworkRoot, gitState } from "./checkout.ts"
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

/**
 * Digests the import closure of a definition and of the child's entry, as a bundler sees it: type-only imports are
 * not in it, workspace packages are followed into their sources, other packages stand for themselves through the
 * lockfile. Names are relative, so two checkouts of the same code agree.
 *
 * @throws Error in one sentence when a file does not parse or an import leads nowhere
 */
export async function identifyCode({
  definitionPath,
  childEntry,
  also = [],
}: CodeQuestion): Promise<CodeIdentity> {
  const definition = resolve(definitionPath)
  const entry = resolve(childEntry)
  const root = frameworkRoot(dirname(entry))
  const [inputs, git] = await Promise.all([
    importClosure([definition, entry, ...also.map((file) => resolve(file))], root),
    gitState(root),
  ])
  const home = dirname(definition)
  const named = inputs.map((file) => {
    const inside = relative(root, file)
    const name = inside.startsWith("..") ? `definition/${relative(home, file)}` : inside
    return { file, name: name.replaceAll("\\", "/") }
  })
  named.sort((a, b) => (a.name < b.name ? -1 : 1))
  const digest = createHash("sha256")
  const sources: Record<string, string> = {}
  for (const { file, name } of named) {
    const content = sha256(readFileSync(file))
    digest.update(`${name}\0${content}\n`)
    sources[name] = content.slice(0, 12)
  }
  const { version } = packageAt(root)
  const lockfile = join(root, "package-lock.json")
  return {
    digest: digest.digest("hex"),
    files: named.length,
    lockfile: existsSync(lockfile) ? sha256(readFileSync(lockfile)) : "",
    sources,
    ...(version === undefined ? {} : { framework: version }),
    ...git,
  }
}

async function importClosure(entries: readonly string[], root: string): Promise<string[]> {
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
      alias: workspaceSources(root),
      plugins: [sourcesFirst],
      outdir: "closure",
      logLevel: "silent",
    })
    const files = Object.keys(metafile.inputs).map((file) => resolve(root, file))
    return [...new Set([...files, ...entries])]
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

/** Names of the workspace packages -> the folders of their sources, and of their front doors -> the files behind them. */
function workspaceSources(root: string): Record<string, string> {
  const { workspaces } = packageAt(root)
  if (!Array.isArray(workspaces)) return {}
  return Object.fromEntries(
    workspaces.flatMap((workspace) => {
      const folder = join(root, String(workspace))
      const { name, exports = {} } = packageAt(folder)
      if (name === undefined) return []
      const doors = Object.entries(exports).filter(([door]) => door !== "." && !door.includes("*"))
      return [...doors.map(([door, file]) => [`${name}${door.slice(1)}`, join(folder, file)]), [name, folder]]
    }),
  )
}

interface Package {
  readonly name?: string
  readonly version?: string
  readonly workspaces?: unknown
  readonly exports?: Readonly<Record<string, string>>
}

function packageAt(folder: string): Package {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  } catch {
    return {}
  }
}
