import type { Json, JsonObject } from "../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import { isUse, type Kind, type Plugin, type Slot, type Use } from "../contracts/plugin.ts"
import { canonical } from "./canonical.ts"

/** Plug-ins by `kind/name`, e.g. `loss/l1`. */
export type PluginMap = ReadonlyMap<string, Plugin>

/** What `experiment()` gives: the definition as plain data, and the plug-ins that it names. */
export interface Definition {
  readonly json: JsonObject
  readonly plugins: PluginMap
}

/** Whether a value is what `experiment()` gives. */
export function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === "object" &&
    value !== null &&
    "json" in value &&
    "plugins" in value &&
    value.plugins instanceof Map
  )
}

/** The plug-ins that what a module exports brings along; none where it is no definition. */
export const pluginsIn = (exported: unknown): PluginMap =>
  isDefinition(exported) ? exported.plugins : new Map()

/** The plug-in that an export is, has chosen, or is a constructor of; undefined where it is something else. */
export function pluginOfExport(exported: unknown): Plugin | undefined {
  if (isPlugin(exported)) return exported
  const made = typeof exported === "function" || (typeof exported === "object" && exported !== null)
  if (!made || !("plugin" in exported)) return undefined
  return isPlugin(exported.plugin) ? exported.plugin : undefined
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== "object" || value === null) return false
  return "kind" in value && "name" in value && "build" in value && typeof value.build === "function"
}

/**
 * The plug-ins of a catalogue, and those that are the defaults of their slots, by `kind/name`.
 * @throws InvalidDefinition when two different plug-ins share a kind and a name
 */
export function pluginMap(plugins: Iterable<Plugin>): PluginMap {
  const mistakes: Mistake[] = []
  const map = new Map<string, Plugin>()
  for (const plugin of plugins) collect(plugin, [], map, mistakes)
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  return map
}

/**
 * Separates what constructors give into JSON and plug-ins: every `Use` becomes `{ use: name, ...options }`, and its
 * plug-in goes into `plugins`. `undefined` members are left out.
 */
export function separate(
  value: unknown,
  path: Mistake["path"],
  plugins: Map<string, Plugin>,
  mistakes: Mistake[],
): Json {
  if (isUse(value)) return separateUse(value, path, plugins, mistakes)
  if (Array.isArray(value)) {
    return value.map((item, index) => separate(item, [...path, index], plugins, mistakes))
  }
  if (typeof value === "object" && value !== null && isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, separate(member, [...path, key], plugins, mistakes)]),
    )
  }
  if (value === null || typeof value === "boolean" || typeof value === "string") return value
  if (typeof value === "number" && Number.isFinite(value)) return value
  mistakes.push({ path, message: `expected plain data or what a constructor gives, but got ${named(value)}` })
  return null
}

function separateUse(
  { plugin, options }: Use<Kind>,
  path: Mistake["path"],
  plugins: Map<string, Plugin>,
  mistakes: Mistake[],
): JsonObject {
  collect(plugin, path, plugins, mistakes)
  return { ...(separate(options, path, plugins, mistakes) as JsonObject), use: plugin.name }
}

function collect(
  plugin: Plugin,
  path: Mistake["path"],
  plugins: Map<string, Plugin>,
  mistakes: Mistake[],
): void {
  const key = `${plugin.kind}/${plugin.name}`
  const known = plugins.get(key)
  if (known === plugin) return
  if (known !== undefined) {
    const message = `expected one ${plugin.kind} of the name "${plugin.name}" but got two different ones; rename one of them`
    if (!mistakes.some((mistake) => mistake.message === message)) mistakes.push({ path, message })
    return
  }
  plugins.set(key, plugin)
  for (const message of flaws(plugin)) mistakes.push({ path, message })
  for (const slot of Object.values(plugin.slots ?? {})) {
    for (const use of [slot.default ?? []].flat()) separateUse(use, path, plugins, mistakes)
  }
}

/** What is wrong with a plug-in itself, so that no definition could use it. */
function flaws(plugin: Plugin): string[] {
  const what = `the ${plugin.kind} "${plugin.name}"`
  const kept = plugin.kind === "method" ? ["use", "axis", "role", "budget"] : ["use", "axis"]
  const slots = Object.keys(plugin.slots ?? {})
  const keys = [...Object.keys(plugin.options), ...slots]
  const found = keys
    .filter((key) => kept.includes(key))
    .map((key) => `${what} has an option or slot "${key}", a key that has a meaning of its own; rename it`)
  for (const key of slots.filter((slot) => Object.hasOwn(plugin.options, slot))) {
    found.push(`${what} has both an option and a slot "${key}"; rename one of them`)
  }
  if (plugin.kind === "method" && plugin.slots?.data?.kind !== "dataset") {
    found.push(`${what} has no slot "data" of kind dataset, which every method needs; add it`)
  }
  return found
}

const defaults = new WeakMap<Use<Kind>, JsonObject>()

/** The JSON of a slot's default, a list where the slot takes many; undefined where it has none. Its objects are the same each time. */
export function defaultJson(slot: Slot): JsonObject | readonly JsonObject[] | undefined {
  const uses = slot.default === undefined ? [] : [slot.default].flat()
  const all = uses.map((use) => {
    const known = defaults.get(use) ?? separateUse(use, [], new Map(), [])
    defaults.set(use, known)
    return known
  })
  return slot.default === undefined ? undefined : slot.many ? all : all[0]
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  // A user's file may run in a realm of its own, whose Object.prototype is another; its prototype is null all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function named(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name || "without a name"}`
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "value"}`
  return String(value)
}

/** A value as it stands in a sentence: short JSON. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing"
  const text = canonical(value as Json)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}
