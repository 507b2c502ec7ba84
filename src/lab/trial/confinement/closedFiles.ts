import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { mayReachData, Trespass } from "@saddlepoint/core/contracts/dataDoor"

/** Functions of `node:fs` whose second argument is a path as well. */
const ofTwoPaths = /^(copyFile|cp|link|rename|symlink)(Sync)?$/

/** Whether something is there, and what it is, may be asked of every path: packages look round when they are loaded. */
const asking = /^(access|exists|l?stat|statfs|realpath|readlink)(Sync)?$/

const open = new Set<string>()
const closed = new Set<string>()
let guarded = false

// As Node has it, not as it is guarded.
const realpath = fs.realpathSync.native

/** What stays open and what does not, as absolute folders; of nested ones the innermost decides. */
export interface Folders {
  readonly open?: readonly string[]
  readonly closed?: readonly string[]
}

/**
 * Closes all files but those in open folders to the code of this process, whatever function of `node:fs` it calls, unless it reaches for data
 * by right (`core/contracts/dataDoor.ts`). Called again, it adds folders.
 *
 * It stands in the process and not before it: Node's permission model lets nobody sync a file (`fsync`, Node 20.20), so that no result would
 * survive a power cut, and cannot tell a dataset's code from a method's. What native code opens by itself is not seen.
 */
export function closeFiles(folders: Folders): void {
  for (const folder of folders.open ?? []) open.add(whereIs(folder))
  for (const folder of folders.closed ?? []) closed.add(whereIs(folder))
  if (guarded) return
  guarded = true
  guard(fs as unknown as Record<string, unknown>)
  guard(fs.promises as unknown as Record<string, unknown>)
  const binding = () => {
    throw new Trespass(
      "Expected a trial's code to use Node's modules, but it asked for what is beneath them; leave that out.",
    )
  }
  Object.assign(process, { binding })
  syncBuiltinESMExports()
}

function guard(functions: Record<string, unknown>): void {
  for (const [name, given] of Object.entries(functions)) {
    // Classes open their files by these functions.
    if (typeof given !== "function" || /^[A-Z_]/.test(name) || asking.test(name)) continue
    const paths = ofTwoPaths.test(name) ? 2 : 1
    const asked = function (this: unknown, ...args: unknown[]): unknown {
      for (const path of args.slice(0, paths)) refuseClosed(path)
      return Reflect.apply(given, this, args)
    }
    // Such as how it is promisified.
    functions[name] = Object.defineProperties(asked, Object.getOwnPropertyDescriptors(given))
  }
}

function refuseClosed(path: unknown): void {
  if (mayReachData()) return
  const file = asFile(path)
  if (file === undefined || isOpen(whereIs(file))) return
  throw new Trespass(
    `Expected a trial's code to rest on what it is given and on what lies beside it, but it looked at ${JSON.stringify(file)}; leave that out, put the ` +
      "file beside the definition, or run with --unconfined, which the report tells.",
  )
}

function asFile(path: unknown): string | undefined {
  if (typeof path === "string") return path
  if (path instanceof URL) return path.protocol === "file:" ? fileURLToPath(path) : undefined
  return path instanceof Uint8Array ? String(Buffer.from(path)) : undefined
}

function isOpen(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (closed.has(folder)) return false
    if (open.has(folder)) return true
    if (folder === dirname(folder)) return false
  }
}

/** Where a path leads, links followed as far as there is something. */
function whereIs(path: string): string {
  const whole = resolve(path)
  for (let there = whole; ; there = dirname(there)) {
    try {
      return join(realpath(there), relative(there, whole))
    } catch {
      if (there === dirname(there)) return whole
    }
  }
}
