import type { JsonObject } from "../../contracts/json.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { ClassesMethod } from "../../contracts/method.ts"
import { InvalidDefinition, type Mistake } from "../../contracts/mistake.ts"
import { type Plugin, use } from "../../contracts/plugin.ts"
import { build } from "../../declare/decode/resolve.ts"
import { digitClassifierPlugin } from "../../models/digitClassifier.ts"
import { patchGan } from "../../models/patchGan.ts"
import { unet } from "../../models/unet.ts"
import { type Declared, declared } from "../declared.ts"
import { type ChosenOptions, chosenOf, nameOf, type PluginTarget, targetsIn } from "../targets.ts"
import { anyCase } from "./strategyCase.ts"
import { type DomainOptions, openTwoDomains, twoDomains } from "./twoDomains.ts"

/** A strategy of domain adaptation with its options, or with its examples. */
export type StrategyTarget = PluginTarget<"method">

/** A strategy that the laws can build on data of their own, with small parts. */
export interface Strategy {
  /** Tells it from others, e.g. `dann(form=alternating)`. */
  readonly name: string
  readonly plugin: Plugin<"method">
  readonly options: ChosenOptions
  /** Those in its slots. */
  readonly losses: readonly AnyLoss[]
  /** Whether the laws give it a classifier with batch normalisation, because it refuses one without. */
  readonly batchStatistics: boolean
  /** @param changed options in place of the strategy's own */
  build(data: DomainOptions, changed?: ChosenOptions): ClassesMethod
}

/** Small parts that a strategy gets where nobody chose any. */
const usually: ChosenOptions = {
  generator: unet({ width: 2, depth: 1, channels: 1, norm: "none", dropout: 0 }),
  discriminator: patchGan({ receptiveField: 7, width: 2, norm: "instance", conditional: false }),
  pixelBatch: 4,
  pool: 4,
}

/** What a strategy always gets, as source-only does beside it. */
function always(batchStatistics: boolean): ChosenOptions {
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
  const { plugin, sets } = chosenOf(target)
  const ours = ["data", "selection", ...Object.keys(always(false))]
  return sets.map((options) => {
    const own = Object.entries(options).filter(([name]) => !ours.includes(name))
    return strategyOf(plugin, Object.fromEntries(own))
  })
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

/** Whether a method answers with classes, so that it is a strategy. What the laws have no parts for is none. */
export function isStrategy(plugin: Plugin<"method">): boolean {
  try {
    return strategiesOf(plugin).length > 0
  } catch (error) {
    if (error instanceof InvalidDefinition) return false
    throw error
  }
}

function strategyOf(plugin: Plugin<"method">, options: ChosenOptions): Strategy {
  const whole = (batchStatistics: boolean, data: DomainOptions, changed: ChosenOptions): Declared => {
    const parts = { ...taken(plugin, usually), ...options, ...taken(plugin, always(batchStatistics)) }
    return declared(
      use(plugin, { ...parts, ...changed, data: twoDomains(data) }),
      "export the strategy with options that fit",
    )
  }
  const builder =
    (batchStatistics: boolean): Strategy["build"] =>
    (data, changed = {}) =>
      built(plugin, whole(batchStatistics, data, changed))
  const refusals = (build: Strategy["build"]) =>
    build(anyCase).refuses?.(openTwoDomains(anyCase).domains) ?? []
  const batchStatistics = refusals(builder(false)).length > 0
  const build = builder(batchStatistics)
  const mistakes = refusals(build).map((message) => ({ path: [plugin.name], message }))
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  return {
    name: nameOf(plugin, options),
    plugin,
    options,
    losses: lossesOf(plugin, whole(batchStatistics, anyCase, {})),
    batchStatistics,
    build,
  }
}

/** Those of the options that a plug-in has. */
function taken(plugin: Plugin<"method">, options: ChosenOptions): ChosenOptions {
  const own = { ...plugin.options, ...plugin.slots }
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(own, name)))
}

function built(plugin: Plugin<"method">, { spec, plugins }: Declared): ClassesMethod {
  const method = build("method", spec, plugins)
  const mistakes: readonly Mistake[] = method.mistakes ?? []
  if (mistakes.length > 0) {
    throw new InvalidDefinition(
      mistakes.map((mistake) => ({ ...mistake, path: [plugin.name, ...mistake.path] })),
    )
  }
  if (method.answers === "classes") return method
  throw new InvalidDefinition([
    {
      path: [plugin.name],
      message: `expected a strategy of domain adaptation, which answers with classes, but it answers with ${method.answers}; export strategies alone`,
    },
  ])
}

/** The losses in the slots of a method. */
function lossesOf(plugin: Plugin<"method">, { spec, plugins }: Declared): readonly AnyLoss[] {
  return Object.entries(plugin.slots ?? {})
    .filter(([name, { kind }]) => kind === "loss" && spec[name] !== undefined)
    .flatMap(([name]) => spec[name] as JsonObject | readonly JsonObject[])
    .map((loss) => build("loss", loss, plugins))
}
