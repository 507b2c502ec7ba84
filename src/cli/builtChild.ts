import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, isAbsolute, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build, type Plugin } from "esbuild"
import { hiddenSources } from "./definitionFile.ts"
import { tensorflowModule } from "./tensorflowModule.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const repository = join(here, "..", "..")

/** What is built in: sources, and the packages that are many small files. All else is loaded from where it is installed. */
const builtIn = /^(@saddlepoint\/|effect$|effect\/)/
const tensorflow = createRequire(import.meta.resolve("@saddlepoint/engine/tf")).resolve("@tensorflow/tfjs")

/**
 * The program of a definition's trials as a few files of JavaScript: it starts in a third of the time that its TypeScript sources
 * take, which counts where trials take seconds.
 */
export interface BuiltChild {
  /** The file that a trial's process starts with; undefined where the definition can only be played from its sources. */
  entry(): Promise<string | undefined>
  /** Takes the files away. */
  remove(): void
}

/** Nothing is built before `entry` is called, and once at most. */
export function builtChild(definition: string): BuiltChild {
  let folder: string | undefined
  let built: Promise<string | undefined> | undefined
  const building = async () => {
    folder = mkdtempSync(join(tmpdir(), "saddlepoint-"))
    return buildInto(folder, resolve(definition))
  }
  return {
    entry() {
      // What a bundler cannot follow, Node may; and a full disk or a folder that is closed holds nobody back.
      built ??= building().catch(() => undefined)
      return built
    },
    remove() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function buildInto(folder: string, definition: string): Promise<string> {
  await build({
    stdin: { contents: program(definition), resolveDir: here, sourcefile: "trial.ts", loader: "ts" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outdir: folder,
    entryNames: "trial",
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
    plugins: [addresses, packages],
    logLevel: "silent",
  })
  return join(folder, "trial.mjs")
}

function program(definition: string): string {
  const [catalogue] = hiddenSources(definition)
  const plugins =
    catalogue === undefined
      ? `const { default: said } = await import(${JSON.stringify(definition)})
         return isDefinition(said) ? said.plugins : new Map()`
      : `return pluginMap((await import(${JSON.stringify(catalogue)})).catalogue)`
  return `import { isDefinition, pluginMap } from "@saddlepoint/core/declare/definition"
    import { answerRequest } from "./answerRequest.ts"
    await answerRequest(async () => { ${plugins} })`
}

const ownAddress = "saddlepointOwnAddress"

/** A source that asks for its own address gets the one that it was written at. */
const addresses: Plugin = {
  name: "addresses",
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8")
      if (
        !path.startsWith(repository) &&
        /import\.meta\.(?!url\b)|import\((?!\s*(["'])[^"']*\1\s*\))/.test(text)
      ) {
        return { errors: [{ text: "only Node knows what this file imports" }] }
      }
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
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === "asked" || kind === "entry-point" || isAbsolute(path)) return undefined
      const options = { kind, pluginData: "asked" } as const
      const beside = await find(path, { ...options, resolveDir })
      // A user's own files may import this repository's packages from wherever they lie.
      const found = beside.errors.length > 0 ? await find(path, { ...options, resolveDir: here }) : beside
      if (found.errors.length > 0 || found.external || builtIn.test(path)) return found
      if (found.path === tensorflow) return { path: found.path, namespace: "tensorflow" }
      return { path: pathToFileURL(found.path).href, external: true }
    })
    onLoad({ filter: /.*/, namespace: "tensorflow" }, ({ path }) => ({
      contents: tensorflowModule(pathToFileURL(path).href),
    }))
  },
}
