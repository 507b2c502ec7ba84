import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { dirname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { types } from "node:util"
import { mayReachData, Trespass } from "@saddlepoint/core/contracts/dataDoor"

/** Functions of `node:fs` whose second argument is a path as well. */
const ofTwoPaths = /^(copyFile|cp|link|rename|symlink)(Sync)?$/

/** Those that take a folder with all that is in it. */
const ofWholeFolders = /^(cp|glob|rename|rm|rmdir)(Sync)?$/

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
 * survive a power cut, and cannot tell a dataset's code from a method's. What native code opens by itself is not seen, nor what is imported: that
 * is code.
 */
export function closeFiles(folders: Folders): void {
  for (const folder of folders.open ?? []) open.add(whereIs(folder))
  for (const folder of folders.closed ?? []) closed.add(whereIs(folder))
  if (guarded) return
  guarded = true
  guard(fs as unknown as Record<string, unknown>)
  guard(fs.promises as unknown as Record<string, unknown>)
  const beneath = () => {
    throw new Trespass(
      "Expected a trial's code to use Node's modules, but it asked for what is beneath them or beside; leave that out.",
    )
  }
  Object.assign(process, { binding: beneath, loadEnvFile: beneath })
  syncBuiltinESMExports()
}

function guard(functions: Record<string, unknown>): void {
  for (const [name, given] of Object.entries(functions)) {
    // Classes open their files by these functions.
    if (typeof given !== "function" || /^[A-Z_]/.test(name) || asking.test(name)) continue
    const paths = ofTwoPaths.test(name) ? 2 : 1
    const isLink = name.startsWith("symlink")
    const asked = function (this: unknown, ...args: unknown[]): unknown {
      if (mayReachData()) return Reflect.apply(given, this, args)
      const isDeep = ofWholeFolders.test(name) || (isRecursive(args) && !name.startsWith("mkdir"))
      const looked = args.map((arg, at) => (at < paths ? pathOf(arg) : arg))
      for (const [at, path] of looked.slice(0, paths).entries()) {
        if (typeof path !== "string") continue
        // Where a link is to lead may be told from the link's own folder, and stays as it is told.
        const leads = isLink && at === 0
        refuseClosed(leads ? resolve(dirname(String(looked[1])), path) : resolve(path), isDeep)
        // What is opened is what was looked at, wherever this process goes meanwhile.
        if (!leads) looked[at] = absolute(path)
      }
      return Reflect.apply(given, this, looked)
    }
    // Such as how it is promisified.
    functions[name] = Object.defineProperties(asked, Object.getOwnPropertyDescriptors(given))
  }
}

const isRecursive = (args: readonly unknown[]): boolean =>
  args.some((arg) => (arg as { readonly recursive?: unknown })?.recursive === true)

/** With its last separator, which means something in the name of a temporary folder. */
const absolute = (path: string): string =>
  resolve(path) + (/[\\/]$/.test(path) && dirname(resolve(path)) !== resolve(path) ? sep : "")

function refuseClosed(path: string, isDeep: boolean): void {
  const place = whereIs(path)
  if (isOpen(place) && !(isDeep && holdsClosed(place))) return
  throw new Trespass(
    `Expected a trial's code to rest on what it is given and on what lies in its project, but it looked at ${JSON.stringify(path)}; leave that out, put the ` +
      "file beside the code that reads it, or run with --unconfined, which the report tells.",
  )
}

/** A path as a text; what else a function takes in its place (an open file) as it is. */
function pathOf(argument: unknown): unknown {
  if (typeof argument !== "object" || argument === null) return argument
  if (types.isUint8Array(argument)) return Buffer.from(argument).toString()
  const { href, fd } = argument as { readonly href?: unknown; readonly fd?: unknown }
  if (href !== undefined) return fileURLToPath(new URL(String(href)))
  if (typeof fd === "number" || !("length" in argument)) return argument
  throw new Trespass(
    "Expected a path as a text, an address or bytes, but a trial's code gave something else.",
  )
}

function isOpen(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (closed.has(folder)) return false
    if (open.has(folder)) return true
    if (folder === dirname(folder)) return false
  }
}

const holdsClosed = (path: string): boolean => [...closed].some((folder) => folder.startsWith(path + sep))

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
