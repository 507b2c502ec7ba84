import { isObject, type Json } from "./contracts/json.ts"
import { InvalidDefinition } from "./contracts/mistake.ts"
import { decodeDefinition, type Experiment, type Reading } from "./declare/decode/decode.ts"
import { isDefinition, type PluginMap, shown } from "./declare/definition.ts"
import { parseText } from "./declare/parseText.ts"
import { listed } from "./declare/suggestion.ts"
import { decodeConfirmation } from "./search/confirmation.ts"

/**
 * Reads the default export of a TypeScript definition.
 * @throws InvalidDefinition when it is not what `experiment()` gives, or has mistakes
 */
export function loadDefinition(value: unknown, reading: Reading = {}): Experiment {
  if (!isDefinition(value)) {
    const message = `expected "export default experiment({ ... })" but got ${kindOf(value)}`
    throw new InvalidDefinition([{ path: [], message }])
  }
  return readDefinition(value.json, value.plugins, reading)
}

/**
 * Reads a definition that is written in JSON or YAML (1.2 core schema, with anchors and merge keys).
 * @param plugins the catalogue, as `pluginMap` gives it
 * @throws InvalidDefinition with line numbers when the text does not parse, or with the definition's mistakes
 */
export function parseDefinition(text: string, plugins: PluginMap, reading: Reading = {}): Experiment {
  return readDefinition(parseText(text), plugins, reading)
}

/**
 * Reads a definition of an experiment, or of one that confirms what a search chose.
 * @throws InvalidDefinition with every mistake that was found; a search is one, as no verdict can come of it
 */
export function readDefinition(given: Json, plugins: PluginMap, reading: Reading = {}): Experiment {
  const phase = isObject(given) ? given.phase : undefined
  if (phase === undefined) return decodeDefinition(given, plugins, reading)
  if (phase === "confirm") return decodeConfirmation(given, plugins, reading)
  const message =
    phase === "search"
      ? "this is a search, which no verdict can come of; play it with `saddlepoint search`"
      : `expected "search" or "confirm" as the phase, or none, but got ${shown(phase)}`
  throw new InvalidDefinition([{ path: ["phase"], message }])
}

function kindOf(value: unknown): string {
  if (value === undefined) return "no default export"
  if (typeof value === "function") return "a function"
  if (value instanceof Promise) return "a promise, which nobody awaits"
  if (typeof value === "object" && value !== null)
    return `an object with the keys ${listed(Object.keys(value))}`
  return shown(value)
}
