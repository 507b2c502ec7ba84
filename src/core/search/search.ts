import { stream } from "@saddlepoint/engine/random"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import { canonical, contentHash } from "../declare/canonical.ts"
import type { Configuration } from "../declare/choice.ts"
import { decodeDefinition, type Experiment, type Reading } from "../declare/decode/decode.ts"
import { type PluginMap, pluginMap, shown } from "../declare/definition.ts"
import { applyOverrides } from "../declare/override.ts"
import { applyProfile } from "../declare/profile.ts"
import { flawOf, isTunable, put, type TunableNode, tunablesOf, valueAt } from "../declare/tunable.ts"
import type { Sampler } from "./sampler.ts"
import { decodeSampler, kindOf, type Rung, rungsOf } from "./samplers.ts"

/** An arm of a search with the configurations that are tried. */
export interface SearchedArm {
  readonly key: string
  readonly configurations: readonly Configuration[]
}

/** A search that was checked and can be played. It is no `Experiment`: no verdict can come of it. */
export interface Search {
  readonly name: string
  readonly question: string
  readonly profile?: string
  /** The metric output that decides, and whether more of it is better. */
  readonly select: string
  readonly higherIsBetter: boolean
  readonly seeds: readonly number[]
  readonly arms: readonly SearchedArm[]
  readonly rungs: readonly Rung[]
  /** SHA-256 of the canonical JSON of the search. */
  readonly hash: string
  /** As it was read, with its tunables. */
  readonly json: JsonObject
  /**
   * The experiment of one rung. Its arms stand in the order of `arms`, each as its chosen configurations in their order.
   * @param chosen indices into the configurations of each arm, by key
   */
  rung(share: number, chosen: ReadonlyMap<string, readonly number[]>): Experiment
}

const keys = ["phase", "name", "question", "arms", "metrics", "select", "sampler", "seeds", "budget"]

/**
 * Reads a search: profile, overrides, then the configurations of every arm, drawn from the stream
 * `search/<name>/<arm>`, then the whole as an experiment, with all the checks of one.
 * @throws InvalidDefinition with every mistake that was found
 */
export function decodeSearch(given: Json, plugins: PluginMap, reading: Reading = {}): Search {
  const mistakes: Mistake[] = []
  const json = readPhase(given, "search", plugins, reading, mistakes)
  for (const key of Object.keys(json).filter((name) => !keys.includes(name))) {
    const message =
      key === "compare"
        ? "expected no comparisons in a search: what it finds is compared by a confirmation, on fresh seeds; move them there"
        : `expected no ${quoted(key)} in a search; remove it`
    mistakes.push({ path: [key], message })
  }
  const sampler = decodeSampler(json.sampler, mistakes)
  const arms = isObject(json.arms) ? json.arms : {}
  const searched = Object.entries(arms).map(([key, arm]): SearchedArm => {
    const path = ["arms", key]
    const before = mistakes.length
    const places = tunablesOf(arm)
    for (const { path: inner, node } of places) {
      const message = flawOf(node)
      if (message !== undefined) mistakes.push({ path: [...path, ...inner], message })
    }
    if (hasAxis(arm)) {
      const message =
        "expected tunables but got an axis; make an arm of each of its points, so that each is tuned"
      mistakes.push({ path, message })
    }
    const refusal = sampler && kindOf(sampler).refuses?.(places.map(({ node }) => node))
    if (refusal !== undefined) mistakes.push({ path, message: refusal })
    if (sampler === undefined || mistakes.length > before) return { key, configurations: [{}] }
    return { key, configurations: draw(sampler, shown(json.name), key, places) }
  })
  if (mistakes.length === 0 && Object.values(arms).every((arm) => tunablesOf(arm).length === 0)) {
    const message = "expected at least one tunable, such as range(1, 100), in the arms but got none"
    mistakes.push({ path: ["arms"], message })
  }
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)

  const { phase: _, select, sampler: __, ...common } = json
  const rung: Search["rung"] = (share, chosen) =>
    decodeDefinition(
      {
        ...common,
        ...(common.budget === undefined ? {} : { budget: shareOf(common.budget, share) }),
        arms: Object.fromEntries(
          searched.map(({ key, configurations }) => {
            const some = chosen.get(key)!.map((index) => configurations[index]!)
            return [key, spread(arms[key]!, some, share)]
          }),
        ),
        compare: [],
      },
      plugins,
    )
  const all = new Map(searched.map(({ key, configurations }) => [key, [...configurations.keys()]]))
  const whole = rung(1, all)
  const outputs = whole.metrics.flatMap((metric) => metric.build().outputs)
  const deciding = outputs.find(({ name }) => name === select)
  if (deciding === undefined) {
    const names = outputs.map(({ name }) => name).join(", ")
    const message = `expected one of the metrics ${names} as "select" but got ${shown(select)}`
    throw new InvalidDefinition([{ path: ["select"], message }])
  }
  return {
    name: whole.name,
    question: whole.question,
    ...(reading.profile === undefined ? {} : { profile: reading.profile }),
    select: deciding.name,
    higherIsBetter: deciding.higherIsBetter,
    seeds: whole.seeds,
    arms: searched,
    rungs: rungsOf(sampler!),
    hash: contentHash(json),
    json,
    rung,
  }
}

/** The JSON of a definition of this phase, with profile and overrides. */
export function readPhase(
  given: Json,
  phase: "search" | "confirm",
  plugins: PluginMap,
  reading: Reading,
  mistakes: Mistake[],
): JsonObject {
  if (!isObject(given) || given.phase !== phase) {
    const message = `expected a definition that ${phase}() gives but got ${shown(given)}`
    throw new InvalidDefinition([{ path: [], message }])
  }
  const merged = applyProfile(given, reading.profile, mistakes)
  return applyOverrides(merged, reading.overrides ?? [], pluginMap(plugins.values()), mistakes)
}

function hasAxis(node: Json): boolean {
  if (isTunable(node)) return false
  if (Array.isArray(node)) return node.some(hasAxis)
  return isObject(node) && (Object.hasOwn(node, "axis") || Object.values(node).some(hasAxis))
}

/** The values of a sampler's points; a configuration that comes twice is tried once. */
function draw(
  sampler: Sampler,
  name: string,
  arm: string,
  places: readonly TunableNode[],
): readonly Configuration[] {
  if (places.length === 0) return [{}]
  const nodes = places.map(({ node }) => node)
  const points = kindOf(sampler).points(sampler, nodes, stream("search", name, arm))
  const found = points.map((point) => {
    const values = places.map(
      ({ path, node }, index) => [path.join("."), valueAt(node, point[index]!)] as const,
    )
    return Object.fromEntries(values)
  })
  return [...new Map(found.map((one) => [canonical(one), one])).values()]
}

/** The arm with its tunables as axes that advance together, one point for each configuration. */
function spread(arm: Json, configurations: readonly Configuration[], share: number): Json {
  const places = tunablesOf(arm)
  const axes = places.map(({ path, node }) => {
    const values = configurations.map((configuration) => configuration[path.join(".")]!)
    return { axis: values, zip: "search", ...labelsOf(node, values) }
  })
  const filled = put(arm, places, axes)
  if (!isObject(filled) || filled.budget === undefined) return filled
  return { ...filled, budget: shareOf(filled.budget, share) }
}

/** The names that a tunable has for some of its values, where it has names. */
function labelsOf({ axis, labels }: JsonObject, values: readonly Json[]): { labels?: Json[] } {
  if (!Array.isArray(labels)) return {}
  const all = (axis as Json[]).map(canonical)
  return { labels: values.map((value) => labels[all.indexOf(canonical(value))]!) }
}

function shareOf(budget: Json, share: number): Json {
  if (!isObject(budget) || typeof budget.steps !== "number") return budget
  return { ...budget, steps: Math.max(1, Math.round(budget.steps * share)) }
}

/** The arm with one configuration in the places of its tunables. */
export function configured(arm: Json, configuration: Configuration): Json {
  const places = tunablesOf(arm)
  return put(
    arm,
    places,
    places.map(({ path }) => configuration[path.join(".")] ?? null),
  )
}
