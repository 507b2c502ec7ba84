import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire, isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build, type Plugin } from "esbuild"
import { isFramework } from "./framework.ts"
import { tensorflowModule } from "./tensorflowModule.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const answering = fileURLToPath(new URL("./answerRequest.ts", import.meta.url))

/** What a user's files may import by name and still be built: what is built in, or is Node's. */
const builtIn = /^(@saddlepoint\/|effect$|effect\/)/
const tensorflow = createRequire(import.meta.resolve("@saddlepoint/engine/tf")).resolve("@tensorflow/tfjs")

/**
 * The program of a definition's trials as a few files of JavaScript: it starts in a third of the time that its TypeScript sources
 * take, which counts where trials take seconds. Built are Saddlepoint's sources, effect, and a user's own files where nothing in them could mean
 * something else once it is built (`mayDiffer`); packages stay where they are installed.
 */
export interface BuiltChild {
  /** The file that a trial's process starts with; undefined where the definition is better played from its sources. */
  entry(): Promise<string | undefined>
  /** Takes the files away. */
  remove(): void
}

/**
 * Nothing is built before `entry` is called, and once at most.
 * @param files absolute paths of the files that the trials' plug-ins come from
 */
export function builtChild(files: readonly string[]): BuiltChild {
  let folder: string | undefined
  let built: Promise<string | undefined> | undefined
  const building = async () => {
    folder = mkdtempSync(join(tmpdir(), "saddlepoint-"))
    return buildInto(folder, files)
  }
  return {
    entry() {
      // What a bundler cannot follow, Node may; and a full disk or a folder that is closed holds nobody back.
      built ??= building().catch(() => undefined)
      return built
    },
    remove() {
      try {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
      } catch {
        // Files for the system to sweep; the run is over.
      }
    },
  }
}

async function buildInto(folder: string, homes: readonly string[]): Promise<string> {
  await build({
    stdin: { contents: program(homes), resolveDir: here, sourcefile: "trial.ts", loader: "ts" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outdir: folder,
    entryNames: "trial",
    // No name of a user's file, which may hold what an address cannot.
    chunkNames: "[hash]",
    outExtension: { ".js": ".mjs" },
    // A failed trial's last words name the sources.
    sourcemap: "linked",
    sourcesContent: false,
    // As the loader of the sources does it: names of classes and functions show in messages.
    keepNames: true,
    // A module that is imported for what it does stays in.
    ignoreAnnotations: true,
    conditions: ["node"],
    define: { "import.meta.url": ownAddress },
    // No settings of the folder that it is called from.
    tsconfigRaw: {},
    plugins: [files, packages],
    logLevel: "silent",
  })
  return join(folder, "trial.mjs")
}

function program(homes: readonly string[]): string {
  const loads = homes.map((file) => `[${JSON.stringify(file)}, () => import(${JSON.stringify(file)})]`)
  return `import { answerRequest } from ${JSON.stringify(answering)}
    const homes = new Map([${loads.join(", ")}])
    await answerRequest((file) => homes.get(file)())`
}

const ownAddress = "saddlepointOwnAddress"

/**
 * What in a user's file depends on where it lies, on how it is loaded, or on a `tsconfig.json`: its own address, imports that are named as it runs,
 * CommonJS, classes (how fields are set up) and decorators.
 */
export const mayDiffer =
  /\bimport\s*\.\s*meta\b|\bimport\s*\((?!\s*(["'])[^"']*\1\s*\))|\brequire\s*[(.]|\b__(dirname|filename)\b|\bclass\s+\w|^\s*@\w/m
const refused = { errors: [{ text: "to be played from its sources" }] }

/** A framework's source that asks for its own address gets the one that it was written at. */
const files: Plugin = {
  name: "files",
  setup({ onLoad }) {
    onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => {
      if (path.endsWith(".json")) return undefined
      const text = readFileSync(path, "utf8")
      if (!isFramework(path))
        return /\.(m?ts|m?js)$/.test(path) && !mayDiffer.test(text) ? undefined : refused
      if (!text.includes("import.meta.url")) return undefined
      const address = `const ${ownAddress} = ${JSON.stringify(pathToFileURL(path).href)};`
      return { contents: address + text, loader: path.endsWith("ts") ? "ts" : "js" }
    })
  },
}

/** Packages stay where they are installed, by address: the program lies elsewhere. */
const packages: Plugin = {
  name: "packages",
  setup({ onResolve, onLoad, resolve: find }) {
    onResolve({ filter: /^\.\.?\/.*\.m?js$/ }, ({ path, importer, resolveDir }) => {
      // Either could be meant, and Node's loaders choose for themselves.
      const both = existsSync(join(resolveDir, path.replace(/js$/, "ts")))
      return both && !isFramework(importer) ? refused : undefined
    })
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === "asked" || isAbsolute(path) || isBuiltin(path)) return undefined
      const [ours, inside] = [isFramework(importer), builtIn.test(path)]
      if (ours && inside) return undefined
      if (!ours && !inside) return refused
      const options = { kind, pluginData: "asked" } as const
      const beside = await find(path, { ...options, resolveDir })
      // A user's own files may import this repository's packages from wherever they lie.
      const found = beside.errors.length > 0 ? await find(path, { ...options, resolveDir: here }) : beside
      if (found.errors.length > 0 || inside) return found
      if (found.path === tensorflow) return { path: found.path, namespace: "tensorflow" }
      return { path: pathToFileURL(found.path).href, external: true }
    })
    onLoad({ filter: /.*/, namespace: "tensorflow" }, ({ path }) => ({
      contents: tensorflowModule(pathToFileURL(path).href),
    }))
  },
}
