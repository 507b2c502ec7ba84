import { isAxis } from "../contracts/axis.ts"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import { type Mistake, pathText } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import type { Kind } from "../contracts/plugin.ts"
import { defaultJson, type PluginMap, shown } from "./definition.ts"
import { plainMistakes } from "./plain.ts"
import { suggestion } from "./suggestion.ts"

/** What stands at a place of a definition, as far as it decides which keys may be written there. */
type Place = "definition" | "arms" | "arm" | "budget" | "comparison" | "data" | Kind

const keys: Partial<Record<Place, Readonly<Record<string, Place>>>> = {
  definition: {
    name: "data",
    question: "data",
    arms: "arms",
    metrics: "metric",
    compare: "comparison",
    seeds: "data",
    budget: "budget",
  },
  arm: { role: "data", budget: "budget" },
  budget: { steps: "data" },
  comparison: {
    metric: "data",
    challenger: "data",
    against: "data",
    margin: "data",
    alpha: "data",
    waiveParity: "data",
  },
}

interface Walk {
  readonly plugins: PluginMap
  readonly full: Mistake["path"]
  readonly value: Json
}

/**
 * Applies overrides as the command line gives them, `arms.gan.budget.steps=100`, one after the other. Items of a list are `losses.1` or
 * `losses[1]`. Values are JSON where they parse, numbers as `.5` too, else strings; below `arms` several of them between commas
 * (`1e-3,1e-4`) are an axis; `null` removes the key. A key must stand there or be one that may stand there.
 */
export function applyOverrides(
  json: JsonObject,
  overrides: readonly string[],
  plugins: PluginMap,
  mistakes: Mistake[],
): JsonObject {
  let result: Json = json
  for (const override of overrides) {
    const at = override.indexOf("=")
    if (at <= 0) {
      mistakes.push({
        path: [],
        message: `expected an override PATH=VALUE such as budget.steps=100 but got ${quoted(override)}`,
      })
      continue
    }
    const segments = override
      .slice(0, at)
      .replaceAll(/\[(\d+)\]/g, ".$1")
      .split(".")
    const full = segments.map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
    const value = full[0] === "arms" ? severalIn(override.slice(at + 1)) : parsed(override.slice(at + 1))
    const flaws = plainMistakes(value, full)
    mistakes.push(...flaws)
    if (flaws.length > 0) continue
    const walk = { plugins, full, value }
    const set = place(result, "definition", 0, walk)
    if (typeof set === "string") mistakes.push({ path: full, message: set })
    else result = set.json
  }
  return result as JsonObject
}

/** Values between commas as an axis; a sentence, which has spaces, and JSON, which has brackets, are one value. */
function severalIn(text: string): Json {
  const words = text.split(",")
  const several = words.length > 1 && words.every((word) => /^[\w.+-]+$/.test(word))
  return several ? { axis: words.map(parsed) } : parsed(text)
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    // As people write them, and JSON does not.
    const number = /^[+-]?((?!0\d)\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
    return Number.isFinite(number) ? number : text
  }
}

/** The node with the value set below it, or a sentence about why it cannot be. */
function place(node: Json | undefined, what: Place, depth: number, walk: Walk): { json: Json } | string {
  const key = walk.full[depth]
  if (key === undefined) return { json: walk.value }
  const where = depth === 0 ? "the definition" : pathText(walk.full.slice(0, depth))
  if (Array.isArray(node)) {
    if (typeof key !== "number" || key >= node.length) {
      return `there is no ${quoted(String(key))} in ${where}, a list of ${node.length}; its items are numbered from 0`
    }
    const inner = place(node[key], what, depth + 1, walk)
    if (typeof inner === "string") return inner
    return { json: node.map((item, index) => (index === key ? inner.json : item)) }
  }
  if (node !== undefined && !isObject(node)) {
    return `${where} is ${shown(node)} and holds no keys; override ${where} itself`
  }
  const object = node ?? {}
  const name = String(key)
  const allowed = allowedKeys(object, what, walk.plugins)
  if (!Object.hasOwn(object, name) && !allowed.has(name)) {
    return `there is no ${quoted(name)} in ${where}${suggestion(name, [...Object.keys(object), ...allowed.keys()])}`
  }
  const start = Object.hasOwn(object, name) ? object[name] : slotDefault(object, what, name, walk.plugins)
  const inner = place(start, allowed.get(name) ?? "data", depth + 1, walk)
  if (typeof inner === "string") return inner
  // A map keeps the places of keys: the order of arms is the order of play.
  const members = new Map(Object.entries(object))
  if (inner.json === null) members.delete(name)
  else members.set(name, inner.json)
  return { json: Object.fromEntries(members) }
}

function allowedKeys(node: JsonObject, what: Place, plugins: PluginMap): Map<string, Place> {
  if (isAxis(node)) {
    return new Map<string, Place>([
      ["axis", what],
      ["labels", "data"],
      ["zip", "data"],
    ])
  }
  if (what === "arms") return new Map(Object.keys(node).map((arm) => [arm, "arm"]))
  const allowed = new Map<string, Place>(Object.entries(keys[what] ?? {}))
  const plugin = pluginAt(node, what, plugins)
  if (plugin !== undefined) {
    allowed.set("use", "data")
    for (const option of Object.keys(plugin.options)) allowed.set(option, "data")
    for (const [slot, { kind }] of Object.entries(plugin.slots ?? {})) allowed.set(slot, kind)
  }
  return allowed
}

function slotDefault(node: JsonObject, what: Place, key: string, plugins: PluginMap): Json | undefined {
  const slot = pluginAt(node, what, plugins)?.slots?.[key]
  return slot === undefined ? undefined : defaultJson(slot)
}

function pluginAt(node: JsonObject, what: Place, plugins: PluginMap) {
  if (typeof node.use !== "string") return undefined
  return plugins.get(`${what === "arm" ? "method" : what}/${node.use}`)
}
