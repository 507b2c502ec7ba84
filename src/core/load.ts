import { LineCounter, parseDocument } from "yaml"
import { isObject, type Json } from "./contracts/json.ts"
import { InvalidDefinition, type Mistake } from "./contracts/mistake.ts"
import { decodeDefinition, type Experiment, type Reading } from "./declare/decode/decode.ts"
import { isDefinition, type PluginMap, shown } from "./declare/definition.ts"
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

/** A JSON or YAML text as plain data. */
export function parseText(text: string): Json {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  if (document.errors.length > 0) {
    throw new InvalidDefinition(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return {
          path: [],
          message: `expected JSON or YAML, but line ${line}, column ${col}: ${error.message}`,
        }
      }),
    )
  }
  try {
    const value: unknown = document.toJS()
    const mistakes: Mistake[] = []
    checkNumbers(value, [], mistakes)
    if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
    return value as Json
  } catch (error) {
    if (error instanceof InvalidDefinition) throw error
    // Aliases that multiply or lead back to themselves.
    const why = error instanceof Error ? error.message : String(error)
    throw new InvalidDefinition([{ path: [], message: `expected JSON or YAML that can be read: ${why}` }])
  }
}

/** YAML has numbers that JSON has not. */
function checkNumbers(value: unknown, path: Mistake["path"], mistakes: Mistake[]): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    mistakes.push({ path, message: `expected a finite number but got ${value}` })
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkNumbers(item, [...path, index], mistakes)
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) checkNumbers(member, [...path, key], mistakes)
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return "no default export"
  if (typeof value === "function") return "a function"
  if (value instanceof Promise) return "a promise, which nobody awaits"
  if (typeof value === "object" && value !== null)
    return `an object with the keys ${Object.keys(value).join(", ")}`
  return shown(value)
}
