import { existsSync, readFileSync, realpathSync, statSync } from "node:fs"
import { extname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { InvalidDefinition } from "@saddlepoint/core/contracts/mistake"
import type { Experiment, Reading } from "@saddlepoint/core/declare/decode/decode"
import { isDefinition, type PluginMap, pluginMap, pluginsIn } from "@saddlepoint/core/declare/definition"
import { parseText } from "@saddlepoint/core/declare/parseText"
import { loadDefinition, parseDefinition } from "@saddlepoint/core/load"
import { searchIn } from "@saddlepoint/core/search/confirmation"
import type { Search } from "@saddlepoint/core/search/search"
import { WrongCall } from "./exit.ts"
import { callGuarded, loadGuarded } from "./loadGuard.ts"

/** A definition's file, read: TypeScript brings its plug-ins along, JSON and YAML name those of the catalogue. */
export interface DefinitionFile {
  /** Absolute. */
  readonly path: string
  readonly plugins: PluginMap
  decode(reading: Reading): Experiment
  /** The search that the file declares, or that its confirmation rests on. */
  search(reading: Reading): Search
}

const modules = [".ts", ".mts", ".js", ".mjs"]
/** All plug-ins that JSON and YAML may name. */
const catalogueFile = fileURLToPath(new URL("./catalogue.ts", import.meta.url))

/** Files that a definition's code consists of and that its imports do not show. */
export function hiddenSources(file: string): readonly string[] {
  return texts.includes(extname(file)) ? [catalogueFile] : []
}

const texts = [".json", ".yaml", ".yml"]

/**
 * Reads an experiment's file.
 * @throws InvalidDefinition in one sentence when there is no such file, or it does not load
 */
export async function openDefinition(file: string): Promise<DefinitionFile> {
  if (!existsSync(file)) throw invalid(`there is no file ${file}; give the path of an experiment`)
  if (statSync(file).isDirectory())
    throw invalid(`${file} is a folder; give the path of an experiment's file`)
  // A bundler follows links, so what a file is called must not decide what belongs to its code.
  const path = realpathSync(resolve(file))
  const kind = extname(path)
  if (texts.includes(kind)) {
    // By a computed name, so that the catalogue is part of the code digest of definitions that need it, and of no other.
    const { catalogue } = await import(catalogueFile)
    const plugins = pluginMap(catalogue)
    const text = () => readFileSync(path, "utf8")
    return {
      path,
      plugins,
      decode: (reading) => parseDefinition(text(), plugins, reading),
      search: (reading) => searchIn(parseText(text()), plugins, reading),
    }
  }
  if (!modules.includes(kind)) {
    throw invalid(`expected an experiment in ${[...modules, ...texts].join(", ")} but got ${file}`)
  }
  const exported = await importFile(path, file)
  const plugins = callGuarded(() => pluginsIn(exported.default), file)
  const json = () => (isDefinition(exported.default) ? exported.default.json : null)
  return {
    path,
    plugins,
    decode: (reading) => callGuarded(() => loadDefinition(exported.default, reading), file),
    search: (reading) => callGuarded(() => searchIn(json(), plugins, reading), file),
  }
}

/** All that a user's module exports. Mistakes in the definition itself come out as they are. */
export async function importFile(path: string, shown: string): Promise<Record<string, unknown>> {
  try {
    return await loadGuarded(() => import(pathToFileURL(path).href), shown)
  } catch (error) {
    if (error instanceof InvalidDefinition || error instanceof WrongCall) throw error
    throw invalid(`${shown} cannot be loaded: ${whyNot(error)}`)
  }
}

/** What a file threw, which may be anything. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return `it throws ${shownValue(error)}`
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return "it holds an object that is within itself or too deep, or calls itself without end"
  }
  // The first lines say what and where; a bundler's go on with advice of their own.
  const [what = "", where = ""] = String(error.message).split("\n")
  return `${what}${what.endsWith(":") ? ` ${where}` : ""}`
}

function shownValue(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return `a ${typeof value}`
  }
}

function invalid(message: string): InvalidDefinition {
  return new InvalidDefinition([{ path: [], message }])
}
