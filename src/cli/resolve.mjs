// Module hooks: what is installed is loaded as it is, and a user's own files may import this repository's packages. Runs in
// Node's loader thread, before the hooks of tsx, whose translation only sources need.
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { built } from "./layout.mjs"
import { tensorflowModule } from "./tensorflowModule.mjs"

const framework = new URL("./main.ts", import.meta.url).href

/** Packages that a user's file may import from wherever it lies: Saddlepoint's own, and what it is written with. */
const shared = /^(@saddlepoint\/|effect$|effect\/|fast-check$|vitest$)/

const installed = /^file:.*\/node_modules\/.*\.m?js$/
const besideIt = /^\.\.?\/.*\.m?js$/
const besideSource = /^\.\.?\//
const isSource = (url) => /^file:.*\.m?ts(\?|$)/.test(url)

/** The source that a relative import of a source means: `./a.ts`, and what a compiler or a bundler would take for it, `./a.js` and `./a`. */
function sourceAt(url) {
  const { href } = url
  const names = [href, href.replace(/\.(m?)js$/, ".$1ts"), `${href}.ts`]
  return names.find((name) => isSource(name) && existsSync(new URL(name)))
}

export async function resolve(specifier, context, next) {
  const { parentURL = "" } = context
  if (besideIt.test(specifier) && installed.test(parentURL) && isModule(parentURL)) {
    return { url: new URL(specifier, parentURL).href, shortCircuit: true }
  }
  // What a source imports from beside it: tsx would take it for CommonJS where no package.json says otherwise.
  if (besideSource.test(specifier) && isSource(parentURL)) {
    const url = sourceAt(new URL(specifier, parentURL))
    if (url !== undefined) return { url, format: "module", shortCircuit: true }
  }
  const resolved = await next(specifier, context).catch((error) => {
    if (error?.code !== "ERR_MODULE_NOT_FOUND" || !shared.test(specifier)) throw error
    return next(specifier, { ...context, parentURL: framework }).catch(() => {
      const message = `there is no module ${specifier}; correct the import`
      throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" })
    })
  })
  // A lone .ts file without a package.json would count as CommonJS; every file here is a module.
  return isSource(resolved.url) ? { ...resolved, format: "module" } : resolved
}

export async function load(url, context, next) {
  if (tensorflow.test(url)) return { format: "module", source: tensorflowModule(url), shortCircuit: true }
  // What is built comes without tsx; a package keeps its sources for those who read them.
  if (built && isSource(url) && !url.includes("/node_modules/")) {
    const { ownSource } = await import("./ownSource.mjs")
    return { format: "module", source: await ownSource(url), shortCircuit: true }
  }
  if (!installed.test(url) || !isModule(url)) return next(url, context)
  return { format: "module", source: readFileSync(fileURLToPath(url)), shortCircuit: true }
}

const tensorflow = /\/@tensorflow\/tfjs\/dist\/tf\.node\.js$/

/** Whether an installed script is an ECMAScript module, by Node's rules: its extension, then the nearest package.json. */
function isModule(url) {
  return url.endsWith(".mjs") || typeOf(dirname(fileURLToPath(url))) === "module"
}

const types = new Map()

function typeOf(folder) {
  if (types.has(folder)) return types.get(folder)
  const file = join(folder, "package.json")
  const type = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).type : typeOf(dirname(folder))
  types.set(folder, type)
  return type
}
