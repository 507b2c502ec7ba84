import { closedDataset } from "../../contracts/closedDataset.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { Json, JsonObject } from "../../contracts/json.ts"
import type { Judge } from "../../contracts/judge.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import { messageOf } from "../../contracts/messageOf.ts"
import type { Method } from "../../contracts/method.ts"
import type { Metric } from "../../contracts/metric.ts"
import { InvalidDefinition, type Mistake } from "../../contracts/mistake.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Model } from "../../contracts/player.ts"
import type { Kind, Plugin } from "../../contracts/plugin.ts"
import type { Schedule } from "../../contracts/schedule.ts"
import type { Scorer } from "../../contracts/scorer.ts"
import type { PluginMap } from "../definition.ts"
import { decodeFields } from "../schemaMistakes.ts"
import { type Decoding, decodePlugin, optionsOf } from "./decodePlugin.ts"
import { flawOfBuilt } from "./essentials.ts"

/** What a plug-in of each kind builds. */
export interface Built {
  readonly dataset: Dataset
  readonly model: Model
  readonly loss: AnyLoss
  readonly optimiser: AnyOptimiser
  readonly schedule: Schedule
  readonly method: Method
  readonly metric: Metric
  readonly judge: Judge
  readonly scorer: Scorer
}

/**
 * Builds the plug-in of a spec, slots first. Every call builds anew.
 * @throws InvalidDefinition when the spec is not one of this kind and these plug-ins
 */
export function resolve<K extends Kind>(kind: K, spec: Json, plugins: PluginMap): Built[K] {
  const mistakes: Mistake[] = []
  const whole = decodePlugin(spec, kind, [], { plugins, mistakes })
  if (whole === undefined) throw new InvalidDefinition(mistakes)
  return build(kind, whole, plugins) as Built[K]
}

/** `resolve` of a spec that `decodePlugin` gave, which needs no second check. */
export function build<K extends Kind>(kind: K, spec: JsonObject, plugins: PluginMap): Built[K] {
  const plugin = pluginOf(kind, spec, plugins)
  const options = optionsOf(spec) ?? decodeOptions(plugin, spec)
  const slots = Object.entries(plugin.slots ?? {})
    .filter(([name]) => spec[name] !== undefined)
    .map(([name, slot]) => {
      const inner = spec[name]!
      const built = Array.isArray(inner)
        ? inner.map((item) => build(slot.kind, item as JsonObject, plugins))
        : isWord(inner)
          ? inner
          : build(slot.kind, inner as JsonObject, plugins)
      const isData = kind === "method" && slot.kind === "dataset"
      return [name, isData ? closedDataset(built as Dataset) : built]
    })
  const built: unknown = plugin.build({ ...options, ...Object.fromEntries(slots) })
  const flaw = flawOfBuilt(kind, built)
  if (flaw !== undefined) throw new Error(`its \`build\` ${flaw}`)
  return built as Built[K]
}

/** `build`, with what a plug-in throws as a mistake of the definition. */
export function tryBuild<K extends Kind>(
  kind: K,
  spec: JsonObject,
  path: Mistake["path"],
  decoding: Decoding,
): Built[K] | undefined {
  try {
    return build(kind, spec, decoding.plugins)
  } catch (error) {
    const why = messageOf(error)
    decoding.mistakes.push({ path, message: `the ${kind} "${spec.use}" cannot be built: ${why}` })
    return undefined
  }
}

/** Whether a word stands in a slot in the place of a plug-in. */
function isWord(inner: Json): inner is string {
  return typeof inner === "string"
}

function decodeOptions(plugin: Plugin, spec: JsonObject): Readonly<Record<string, unknown>> {
  const own = Object.entries(spec).filter(([key]) => Object.hasOwn(plugin.options, key))
  const mistakes: Mistake[] = []
  const options = decodeFields(plugin.options, Object.fromEntries(own), [], mistakes)
  if (options === undefined) throw new InvalidDefinition(mistakes)
  return options
}

/** Calls `visit` for the plug-in of a resolved spec and for those in its slots, each with its own spec and its path within the whole. */
export function visitPlugins(
  kind: Kind,
  spec: JsonObject,
  plugins: PluginMap,
  visit: (plugin: Plugin, spec: JsonObject, path: Mistake["path"]) => void,
  path: Mistake["path"] = [],
): void {
  const plugin = pluginOf(kind, spec, plugins)
  visit(plugin, spec, path)
  for (const [name, slot] of Object.entries(plugin.slots ?? {})) {
    const inner = spec[name]
    if (inner === undefined || isWord(inner)) continue
    const within = (item: unknown, at: Mistake["path"]) =>
      visitPlugins(slot.kind, item as JsonObject, plugins, visit, at)
    if (Array.isArray(inner))
      for (const [index, item] of inner.entries()) within(item, [...path, name, index])
    else within(inner, [...path, name])
  }
}

/** The plug-in that a resolved spec names. */
export function pluginOf(kind: Kind, spec: JsonObject, plugins: PluginMap): Plugin {
  const plugin = plugins.get(`${kind}/${spec.use}`)
  if (plugin === undefined)
    throw new Error(`expected the ${kind} "${spec.use}" among the plug-ins but it is not there`)
  return plugin
}
