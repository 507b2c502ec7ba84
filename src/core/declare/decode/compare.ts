import * as Schema from "effect/Schema"
import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import { shown } from "../definition.ts"
import { decodeFields } from "../schemaMistakes.ts"
import { suggestion } from "../suggestion.ts"
import type { Comparison, Role } from "../trial.ts"

type Path = Mistake["path"]

/** What a comparison needs to know of an arm: `key` is the arm as written, `name` one of its points. */
export interface Comparable {
  readonly key: string
  readonly name: string
  readonly role: Role
}

/** Share of the baseline's distance from real that counts as no difference. */
export const usualMargin = 0.1
/** Level of the whole family of comparisons. */
export const usualAlpha = 0.05

/** Pairs of a challenger and a baseline; more than this are taken for a slip. */
const mostComparisons = 10_000

const fields = {
  metric: Schema.String,
  margin: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  alpha: Schema.optionalKey(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.5, exclusiveMinimum: true })),
  ),
  waiveParity: Schema.optionalKey(Schema.NonEmptyString),
}

/**
 * The declared comparisons, one for each metric, challenger and baseline. A name of an arm with axes stands for all
 * its points; without `challenger` every challenger is meant; an arm is not compared with itself.
 * @param keys of the arms as written, also of those that could not be decoded
 * @param outputs names of all metric outputs, or nothing when a metric could not be decoded
 */
export function decodeComparisons(
  json: Json | undefined,
  arms: readonly Comparable[],
  keys: readonly string[],
  outputs: readonly string[] | undefined,
  mistakes: Mistake[],
): Comparison[] {
  if (json === undefined) {
    const message =
      'expected what to compare, such as { "metric": "fid", "against": ["l1"] }, but got nothing; add it'
    mistakes.push({ path: ["compare"], message })
    return []
  }
  const many = Array.isArray(json)
  const all: Comparison[] = []
  const declared = new Set<string>()
  for (const [index, item] of (many ? json : [json]).entries()) {
    const path = many ? ["compare", index] : ["compare"]
    for (const comparison of decodeOne(item, path, arms, keys, outputs, mistakes)) {
      const key = JSON.stringify([comparison.metric, comparison.challenger, comparison.baseline])
      if (declared.has(key)) {
        const message = `${quoted(comparison.challenger)} is compared with ${quoted(comparison.baseline)} on ${comparison.metric} twice; declare it once`
        mistakes.push({ path, message })
      } else if (all.length > 0 && all[0]!.alpha !== comparison.alpha) {
        const message = `expected one alpha for the whole family of comparisons but got ${all[0]!.alpha} and ${comparison.alpha}`
        if (!mistakes.some((mistake) => mistake.message === message))
          mistakes.push({ path: [...path, "alpha"], message })
      } else all.push(comparison)
      declared.add(key)
    }
  }
  return all
}

function decodeOne(
  json: Json,
  path: Path,
  arms: readonly Comparable[],
  keys: readonly string[],
  outputs: readonly string[] | undefined,
  mistakes: Mistake[],
): Comparison[] {
  if (!isObject(json)) {
    mistakes.push({ path, message: `expected { "metric": ..., "against": [...] } but got ${shown(json)}` })
    return []
  }
  const decoded = decodeFields(fields, json, path, mistakes, ["challenger", "against"]) as
    | (Pick<Comparison, "metric" | "waiveParity"> & Partial<Pick<Comparison, "margin" | "alpha">>)
    | undefined
  if (decoded !== undefined && outputs !== undefined && !outputs.includes(decoded.metric)) {
    const message = `there is no metric ${quoted(decoded.metric)}${suggestion(decoded.metric, outputs, "the metrics give")}`
    mistakes.push({ path: [...path, "metric"], message })
  }
  const named = (at: Path, name: Json) => armsOf(name, at, arms, keys, mistakes)
  const baselines = names(json, "against", path, mistakes)?.map(([at, name]) => ({
    at,
    name,
    arms: named(at, name),
  }))
  const challengers =
    json.challenger === undefined
      ? [{ name: undefined, arms: allChallengers(path, arms, keys, mistakes) }]
      : names(json, "challenger", path, mistakes)?.map(([at, name]) => ({ name, arms: named(at, name) }))
  if (decoded === undefined || baselines === undefined || challengers === undefined) return []
  const pairs = sizeOf(challengers) * sizeOf(baselines)
  if (pairs > mostComparisons) {
    const message = `expected at most ${mostComparisons} comparisons but got ${pairs}; name fewer arms`
    mistakes.push({ path, message })
    return []
  }
  const { metric, margin = usualMargin, alpha = usualAlpha, waiveParity } = decoded
  const waived = waiveParity === undefined ? {} : { waiveParity }
  const result: Comparison[] = []
  for (const challenger of challengers) {
    for (const baseline of baselines) {
      if (challenger.name === baseline.name) {
        const message = `${shown(baseline.name)} would be compared with itself; name another arm`
        mistakes.push({ path: baseline.at, message })
        continue
      }
      for (const one of challenger.arms) {
        for (const other of baseline.arms) {
          if (one.name !== other.name) {
            result.push({ metric, challenger: one.name, baseline: other.name, margin, alpha, ...waived })
          }
        }
      }
    }
  }
  return result
}

function sizeOf(groups: readonly { readonly arms: readonly Comparable[] }[]): number {
  return groups.reduce((sum, { arms }) => sum + arms.length, 0)
}

/** One name or a list of them, each with its path. */
function names(json: JsonObject, key: string, path: Path, mistakes: Mistake[]): [Path, Json][] | undefined {
  const value = json[key]
  if (typeof value === "string") return [[[...path, key], value]]
  if (Array.isArray(value) && value.length > 0)
    return value.map((item, index) => [[...path, key, index], item])
  const got = value === undefined ? "nothing; add it" : shown(value)
  mistakes.push({ path: [...path, key], message: `expected the names of one or more arms but got ${got}` })
  return undefined
}

function armsOf(
  name: Json,
  path: Path,
  arms: readonly Comparable[],
  keys: readonly string[],
  mistakes: Mistake[],
): readonly Comparable[] {
  if (typeof name !== "string") {
    mistakes.push({ path, message: `expected the name of an arm but got ${shown(name)}` })
    return []
  }
  const meant = arms.filter((arm) => arm.name === name || arm.key === name)
  // A point of an arm that has mistakes of its own cannot be looked up; those mistakes are enough.
  const broken = keys.includes(name.split("/")[0]!) && !arms.some((arm) => arm.key === name.split("/")[0])
  if (meant.length === 0 && !broken) {
    const known = [...new Set([...keys, ...arms.map((arm) => arm.name)])]
    mistakes.push({ path, message: `there is no arm ${quoted(name)}${suggestion(name, known, "arms")}` })
  }
  return meant
}

function allChallengers(
  path: Path,
  arms: readonly Comparable[],
  keys: readonly string[],
  mistakes: Mistake[],
): readonly Comparable[] {
  const challengers = arms.filter((arm) => arm.role === "challenger")
  if (challengers.length === 0 && keys.every((key) => arms.some((arm) => arm.key === key))) {
    const message = "expected at least one arm with the role challenger to compare but got none"
    mistakes.push({ path: [...path, "challenger"], message })
  }
  return challengers
}
