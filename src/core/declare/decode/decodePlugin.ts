import * as Schema from "effect/Schema"
import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import type { Kind, Plugin, Slot } from "../../contracts/plugin.ts"
import { defaultJson, type PluginMap, shown } from "../definition.ts"
import { decodeFields } from "../schemaMistakes.ts"
import { listed, suggestion } from "../suggestion.ts"

type Path = Mistake["path"]

/** The plug-ins that may be named, and where mistakes go. */
export interface Decoding {
  readonly plugins: PluginMap
  readonly mistakes: Mistake[]
  /** Specs of parts that were decoded before: the points of an axis share what the axis does not touch. */
  readonly decoded?: WeakMap<JsonObject, { readonly kind: Kind; readonly spec: JsonObject }>
}

/** Decoded options of the specs that `decodePlugin` gave, so that building does not decode again. */
const optionsOfSpecs = new WeakMap<JsonObject, Readonly<Record<string, unknown>>>()

/** The decoded options of a spec, or nothing when the spec is not one that `decodePlugin` gave. */
export function optionsOf(spec: JsonObject): Readonly<Record<string, unknown>> | undefined {
  return optionsOfSpecs.get(spec)
}

/**
 * Decodes a plug-in as it stands in a definition into its resolved spec: `{ use, ...options, ...slots }` with every
 * default filled in, slots included, after its own `check`. Reports everything that is wrong.
 * @param others keys beside the plug-in's own that the caller decodes (`role` and `budget` of an arm)
 * @returns nothing when there were mistakes
 */
export function decodePlugin(
  json: Json | undefined,
  kind: Kind,
  path: Path,
  decoding: Decoding,
  others: readonly string[] = [],
): JsonObject | undefined {
  const { mistakes, decoded: before } = decoding
  const known = isObject(json) ? before?.get(json) : undefined
  if (known?.kind === kind) return known.spec
  const plugin = pluginOf(json, kind, path, decoding)
  if (plugin === undefined || !isObject(json)) return undefined
  const slots = Object.entries(plugin.slots ?? {})
  const options = decodeFields(plugin.options, json, path, mistakes, [
    "use",
    ...slots.map(([name]) => name),
    ...others,
  ])
  const spec: Record<string, Json> = {}
  let whole = options !== undefined
  for (const [name, slot] of slots) {
    const decoded = decodeSlot(json[name], slot, [...path, name], decoding)
    if (decoded === "mistaken") whole = false
    else if (decoded !== "absent") spec[name] = decoded
  }
  if (options === undefined || !whole) return undefined
  const found = plugin.check?.({ ...options, ...spec }) ?? []
  for (const mistake of found) mistakes.push({ path: [...path, ...mistake.path], message: mistake.message })
  if (found.length > 0) return undefined
  const resolved = { use: plugin.name, ...encodeOptions(plugin, options), ...spec }
  optionsOfSpecs.set(resolved, options)
  before?.set(json, { kind, spec: resolved })
  return resolved
}

function pluginOf(json: Json | undefined, kind: Kind, path: Path, { plugins, mistakes }: Decoding) {
  const known = namesOf(kind, plugins)
  const knownList = known.length === 0 ? "" : `; ${inPlural(kind)}: ${listed(known)}`
  const report = (message: string, at: Path = path) => {
    mistakes.push({ path: at, message })
    return undefined
  }
  if (json === undefined) return report(`expected ${withArticle(kind)} but got nothing; add it${knownList}`)
  if (!isObject(json)) {
    const hint = typeof json === "string" && known.includes(json) ? `; write { "use": "${json}" }` : knownList
    return report(`expected ${withArticle(kind)} but got ${shown(json)}${hint}`)
  }
  const { use } = json
  if (use === undefined) {
    return report(`expected the name of ${withArticle(kind)} but got nothing; add it${knownList}`, [
      ...path,
      "use",
    ])
  }
  const plugin = typeof use === "string" ? plugins.get(`${kind}/${use}`) : undefined
  if (plugin !== undefined) return plugin
  if (typeof use !== "string") {
    return report(`expected the name of ${withArticle(kind)} but got ${shown(use)}${knownList}`, [
      ...path,
      "use",
    ])
  }
  const other = [...plugins.values()].find(({ name }) => name === use)
  if (other !== undefined) {
    return report(
      `expected ${withArticle(kind)} but ${quoted(use)} is ${withArticle(other.kind)}${knownList}`,
      [...path, "use"],
    )
  }
  return report(`there is no ${kind} ${quoted(use)}${suggestion(use, known, inPlural(kind))}`, [
    ...path,
    "use",
  ])
}

function decodeSlot(
  json: Json | undefined,
  slot: Slot,
  path: Path,
  decoding: Decoding,
): Json | "absent" | "mistaken" {
  if (slot.words !== undefined && (json === undefined || typeof json === "string")) {
    return decodeWord(json, { kind: slot.kind, words: slot.words }, path, decoding)
  }
  if (json === undefined && slot.default === undefined && slot.optional) return "absent"
  if (!slot.many) {
    const filled = json === undefined ? (defaultJson(slot) as JsonObject | undefined) : json
    return decodePlugin(filled, slot.kind, path, decoding) ?? "mistaken"
  }
  const list = json === undefined ? defaultJson(slot) : json
  if (!Array.isArray(list)) {
    decoding.mistakes.push({
      path,
      message: `expected a list of ${inPlural(slot.kind)} but got ${shown(list)}; known: ${listed(namesOf(slot.kind, decoding.plugins))}`,
    })
    return "mistaken"
  }
  const decoded = list.map((item: Json, index) => decodePlugin(item, slot.kind, [...path, index], decoding))
  return decoded.every((item) => item !== undefined) ? decoded : "mistaken"
}

/** A word in the place of a plug-in; the first of the slot's where nothing stands there. */
function decodeWord(
  word: string | undefined,
  { kind, words }: { readonly kind: Kind; readonly words: readonly string[] },
  path: Path,
  { plugins, mistakes }: Decoding,
): string | "mistaken" {
  const [first] = words
  if (word === undefined) return first!
  if (words.includes(word)) return word
  const known = namesOf(kind, plugins)
  const hint = known.includes(word) ? `; write { "use": "${word}" }` : suggestion(word, words, "words")
  mistakes.push({ path, message: `expected a word or ${withArticle(kind)} but got ${quoted(word)}${hint}` })
  return "mistaken"
}

const encoders = new WeakMap<Schema.Struct.Fields, (options: unknown) => unknown>()

/** Decoded options as JSON again, for the spec. */
function encodeOptions(plugin: Plugin, options: unknown): JsonObject {
  const known = encoders.get(plugin.options)
  const encode =
    known ?? Schema.encodeUnknownSync(Schema.Struct(plugin.options) as unknown as Schema.Codec<unknown>)
  if (known === undefined) encoders.set(plugin.options, encode)
  const encoded = Object.entries(encode(options) as JsonObject)
  return Object.fromEntries(encoded.filter(([, value]) => value !== undefined))
}

function namesOf(kind: Kind, plugins: PluginMap): string[] {
  return [...plugins.values()].filter((plugin) => plugin.kind === kind).map((plugin) => plugin.name)
}

export function withArticle(kind: Kind): string {
  return kind === "optimiser" ? `an ${kind}` : `a ${kind}`
}

function inPlural(kind: Kind): string {
  return kind === "loss" ? "losses" : `${kind}s`
}
