import type { JsonObject } from "../../contracts/json.ts"
import type { AdaptationMethod, Method } from "../../contracts/method.ts"
import { InvalidDefinition, type Mistake } from "../../contracts/mistake.ts"
import { type Plugin, use } from "../../contracts/plugin.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { separate } from "../../declare/definition.ts"
import { digitClassifierPlugin } from "../../models/digitClassifier.ts"
import { patchGan } from "../../models/patchGan.ts"
import { unet } from "../../models/unet.ts"
import { chosenOf, expand, nameOf, type PluginTarget, targetsIn } from "../targets.ts"
import { anyCase } from "./strategyCase.ts"
import { type DomainOptions, openTwoDomains, twoDomains } from "./twoDomains.ts"

/** A strategy of domain adaptation with its options, or with its defaults. */
export type StrategyTarget = PluginTarget<"method">

/** Options by name, slots included. */
export type StrategyOptions = Readonly<Record<string, unknown>>

/** A strategy that the laws can build on data of their own, with small parts. */
export interface Strategy {
  /** `dann(form=alternating)`; slots are left out. */
  readonly name: string
  readonly plugin: Plugin<"method">
  readonly options: StrategyOptions
  /** Whether the laws give it a classifier with batch normalisation, because it refuses one without. */
  readonly batchStatistics: boolean
  /** @param changed options in place of the strategy's own */
  build(data: DomainOptions, changed?: StrategyOptions): AdaptationMethod
}

/** Small parts that a strategy gets where nobody chose any. */
const usually: StrategyOptions = {
  generator: unet({ width: 2, depth: 1, channels: 1, norm: "none", dropout: 0 }),
  discriminator: patchGan({ receptiveField: 7, width: 2, norm: "instance", conditional: false }),
  pixelBatch: 4,
  pool: 4,
}

/** What a strategy always gets, as source-only does beside it. */
function always(batchStatistics: boolean): StrategyOptions {
  const norm = batchStatistics ? "batch" : "none"
  return {
    network: use(digitClassifierPlugin, { convolutions: [3], features: [8], norm }),
    batch: 8,
  }
}

/**
 * The strategies that a target stands for: one for each value of an axis. Data, classifier and batches are the laws'
 * own, and there is no selection.
 * @throws InvalidDefinition where the options do not fit, or the method is no strategy
 */
export function strategiesOf(target: StrategyTarget): readonly Strategy[] {
  const { plugin, options } = chosenOf(target)
  const ours = ["data", "selection", ...Object.keys(always(false))]
  const own = Object.entries(options).filter(([name]) => !ours.includes(name))
  return expand(Object.fromEntries(own)).map((one) => strategyOf(plugin, one))
}

/** The strategies that a module exports: chosen ones, alone or in lists, and plug-ins that nobody chose options for. */
export function strategiesIn(exported: Readonly<Record<string, unknown>>): readonly StrategyTarget[] {
  return targetsIn(
    "method",
    exported,
    (_value): _value is never => false,
    (chosen) => chosen,
  )
}

function strategyOf(plugin: Plugin<"method">, options: StrategyOptions): Strategy {
  const scalars = Object.entries(options).filter(([, value]) => typeof value !== "object")
  const builder = (batchStatistics: boolean): Strategy["build"] => {
    const parts = { ...taken(plugin, usually), ...options, ...taken(plugin, always(batchStatistics)) }
    return (data, changed = {}) => built(plugin, { ...parts, ...changed, data: twoDomains(data) })
  }
  const refusals = (build: Strategy["build"]) =>
    build(anyCase).refuses?.(openTwoDomains(anyCase).domains) ?? []
  const batchStatistics = refusals(builder(false)).length > 0
  const build = builder(batchStatistics)
  const mistakes = refusals(build).map((message) => ({ path: [plugin.name], message }))
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  return { name: nameOf(plugin, Object.fromEntries(scalars)), plugin, options, batchStatistics, build }
}

/** Those of the options that a plug-in has. */
function taken(plugin: Plugin<"method">, options: StrategyOptions): StrategyOptions {
  const own = { ...plugin.options, ...plugin.slots }
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(own, name)))
}

function built(plugin: Plugin<"method">, options: StrategyOptions): AdaptationMethod {
  const mistakes: Mistake[] = []
  const plugins = new Map<string, Plugin>()
  const spec = separate(use(plugin, options), [], plugins, mistakes) as JsonObject
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  const method: Method = resolve("method", spec, plugins)
  if (method.requires === "adaptation") return method
  throw new InvalidDefinition([
    {
      path: [plugin.name],
      message: `expected a strategy of domain adaptation, but it works on ${method.requires} data; export strategies alone`,
    },
  ])
}
