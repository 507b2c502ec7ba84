import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { promisify } from "node:util"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { build } from "esbuild"
import { writeDurably } from "./durable.ts"
import { experimentFolder } from "./layout.ts"
import { describeMachine, type Machine } from "./machine.ts"

/** The code that a trial runs, by content. */
export interface CodeIdentity {
  /** SHA-256 over the names and bytes of every source file that the definition and the child's entry import. */
  readonly digest: string
  /** How many files that is. */
  readonly files: number
  /** SHA-256 of the framework's package-lock.json; "" where there is none. */
  readonly lockfile: string
  /** The checkout's commit, and whether tracked files differ from it; absent outside a checkout. */
  readonly commit?: string
  readonly dirty?: boolean
  readonly branch?: string
  /** What differs from the commit in tracked files, where anything does; `keepPatch` keeps it in the run store. */
  readonly patch?: { readonly sha256: string; readonly bytes: number }
  /** First 12 hex digits of the SHA-256 of every file of the digest, by name. */
  readonly sources?: Readonly<Record<string, string>>
  /** Version of the framework's package.json. */
  readonly framework?: string
}

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

/**
 * The execution identity: 16 hex digits over all that decides a trial's bits besides the trial itself: code, lockfile,
 * engine, device and its adapter, threads, and for engines of native code the platform, the architecture and the family of vector
 * instructions, because these choose other kernels with other rounding. The pure JavaScript engine gives the
 * same bits everywhere. Processor model, memory, Node's version and git are recorded, not hashed.
 */
export function executionIdentity(
  code: Pick<CodeIdentity, "digest" | "lockfile">,
  engine: EngineIdentity,
  machine: Pick<Machine, "platform" | "arch" | "instructions"> = describeMachine(),
): string {
  const hardware = engine.name === "js" ? [] : [machine.platform, machine.arch, machine.instructions]
  const parts = [
    "saddlepoint-execution-1",
    code.digest,
    code.lockfile,
    engine.name,
    engine.version,
    engine.device,
    engine.threads,
    ...(engine.adapter === undefined ? [] : [engine.adapter]),
    ...hardware,
  ]
  return sha256(JSON.stringify(parts)).slice(0, 16)
}

/** The nearest folder above that holds a package-lock.json; `from` itself when there is none. */
function frameworkRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package-lock.json"))) return folder
    if (dirname(folder) === folder) return from
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

/** Names of the workspace packages -> the folders of their sources. */
function workspaceSources(root: string): Record<string, string> {
  const { workspaces } = packageAt(root)
  if (!Array.isArray(workspaces)) return {}
  return Object.fromEntries(
    workspaces.flatMap((workspace) => {
      const folder = join(root, String(workspace))
      const { name } = packageAt(folder)
      return name === undefined ? [] : [[name, folder]]
    }),
  )
}

function packageAt(folder: string): { name?: string; version?: string; workspaces?: unknown } {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  } catch {
    return {}
  }
}

async function gitState(root: string): Promise<Pick<CodeIdentity, "commit" | "dirty" | "branch" | "patch">> {
  try {
    const [commit, branch, patch] = await Promise.all([
      git(root, "rev-parse", "HEAD"),
      git(root, "rev-parse", "--abbrev-ref", "HEAD"),
      readPatch(root),
    ])
    const dirty = patch.length > 0
    return {
      commit: String(commit).trim(),
      dirty,
      branch: String(branch).trim(),
      ...(dirty ? { patch: { sha256: sha256(patch), bytes: patch.length } } : {}),
    }
  } catch {
    return {}
  }
}

/** Longer patches are known by their digest only. */
const longestPatch = 2 ** 20

/**
 * Keeps the patch of changed code as `STORE/<experiment>/patches/<sha256>.patch`, once for all trials that run it; gives
 * whether it is kept. Not when it is longer than 1 MiB, or when the code has changed since it was identified.
 */
export async function keepPatch(
  store: string,
  experiment: string,
  { patch }: Pick<CodeIdentity, "patch">,
  childEntry: string,
): Promise<boolean> {
  if (patch === undefined || patch.bytes > longestPatch) return false
  const file = join(experimentFolder(store, experiment), "patches", `${patch.sha256}.patch`)
  if (existsSync(file)) return true
  const bytes = await readPatch(frameworkRoot(dirname(resolve(childEntry))))
  if (sha256(bytes) !== patch.sha256) return false
  writeDurably(file, bytes)
  return true
}

/** What tracked files differ in from the commit; empty where nothing does. Names are relative to the checkout. */
function readPatch(root: string): Promise<Buffer> {
  return git(root, "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--binary")
}

async function git(root: string, ...words: string[]): Promise<Buffer> {
  const options = { cwd: root, encoding: "buffer", maxBuffer: 2 ** 30 } as const
  return (await promisify(execFile)("git", ["--no-optional-locks", ...words], options)).stdout
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}
