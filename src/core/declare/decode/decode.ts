import * as Schema from "effect/Schema"
import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../../contracts/mistake.ts"
import type { Kind } from "../../contracts/plugin.ts"
import { canonicalOrder, contentHash } from "../canonical.ts"
import type { Choice } from "../choice.ts"
import { type PluginMap, pluginMap, shown } from "../definition.ts"
import { folderFlaw, hiddenFlaw, nameFlaw } from "../names.ts"
import { applyOverrides } from "../override.ts"
import { applyProfile } from "../profile.ts"
import { decodeFields } from "../schemaMistakes.ts"
import type { Comparison } from "../trial.ts"
import { tunablesOf } from "../tunable.ts"
import { decodeComparisons } from "./compare.ts"
import {
  checkBudget,
  checkTwins,
  decodeArm,
  decodeSteps,
  expandArms,
  type ResolvedArm,
} from "./decodeArms.ts"
import { checkAsked, checkJudged, checkLabels, decodeMetrics, type ResolvedMetric } from "./decodeMetrics.ts"
import type { Decoding } from "./decodePlugin.ts"
import { visitPlugins } from "./resolve.ts"

type Path = Mistake["path"]

/** A definition that was checked and can be played. */
export interface Experiment {
  readonly name: string
  readonly question: string
  readonly profile?: string
  readonly arms: readonly ResolvedArm[]
  /** Training seeds. */
  readonly seeds: readonly number[]
  readonly metrics: readonly ResolvedMetric[]
  readonly comparisons: readonly Comparison[]
  /** All plug-ins by `kind/name`. */
  readonly plugins: PluginMap
  /** What the search chose that this confirms. */
  readonly tuning?: Choice
  /** The resolved definition: all that decides what is asked and how it is answered, whatever its file looked like. */
  readonly definition: JsonObject
  /** SHA-256 of the canonical JSON of `definition`; the order of keys, arms and metrics does not matter. */
  readonly hash: string
}

/** How a definition is to be read. */
export interface Reading {
  /** Name of the profile to merge in. */
  readonly profile?: string
  /** `PATH=VALUE`, applied in their order after the profile. */
  readonly overrides?: readonly string[]
  /** What a search of this name chose, as the run store holds it; confirmations need it. */
  readonly choiceOf?: (search: string) => Choice | undefined
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const definition = {
  name: Schema.String.check(
    Schema.isPattern(kebabCase, {
      message: 'expected a name in kebab case such as "patchgan-receptive-field"',
    }),
  ),
  question: Schema.NonEmptyString,
}

/**
 * Reads a definition: profile, overrides, axes, then every arm with its defaults and checks.
 * @param given the JSON form; profiles are RFC 7396 merge patches
 * @param plugins every plug-in that the definition may name
 * @throws InvalidDefinition with every mistake that was found
 */
export function decodeDefinition(given: Json, plugins: PluginMap, reading: Reading = {}): Experiment {
  const mistakes: Mistake[] = []
  if (!isObject(given)) {
    throw new InvalidDefinition([{ path: [], message: `expected an experiment but got ${shown(given)}` }])
  }
  if (given.phase !== undefined) {
    throw new InvalidDefinition([
      { path: ["phase"], message: `expected no phase but got ${shown(given.phase)}` },
    ])
  }
  const decoding: Decoding = { plugins: pluginMap(plugins.values()), mistakes, decoded: new WeakMap() }
  checkProfiles(given.profiles, mistakes)
  const merged = applyProfile(given, reading.profile, mistakes)
  const json = applyOverrides(merged, reading.overrides ?? [], decoding.plugins, mistakes)

  const others = ["arms", "metrics", "compare", "seeds", "budget", "profiles"]
  const head = decodeFields(definition, json, [], mistakes, others)
  const seeds = decodeSeeds(json.seeds, mistakes)
  const steps = decodeSteps(json.budget, ["budget"], mistakes)
  const tunables = isObject(json.arms) ? tunablesOf(json.arms) : []
  if (tunables.length > 0) throw new InvalidDefinition(tunables.map(({ path }) => misplaced(path)))
  const { points, keys } = expandArms(json.arms, mistakes)
  checkNames(json, given.profiles, points, mistakes)
  checkCount(points.length, seeds?.length ?? 0, mistakes)
  const arms = points.flatMap((point) => decodeArm(point, steps, decoding) ?? [])
  const metrics = decodeMetrics(json.metrics, decoding)
  const outputs = metrics?.flatMap((metric) => metric.built.outputs.map(({ name }) => name))
  const comparisons = decodeComparisons(json.compare, points, keys, outputs, mistakes)
  checkBudget(points, json.budget, mistakes)
  checkJudged(arms, metrics ?? [], mistakes)
  checkLabels(arms, metrics ?? [], mistakes)
  checkAsked(arms, metrics ?? [], mistakes)
  checkTwins(arms, mistakes)
  if (mistakes.length > 0) throw new InvalidDefinition(distinct(mistakes))

  const { name, question } = head as { readonly name: string; readonly question: string }
  const experiment = {
    name,
    question,
    ...(reading.profile === undefined ? {} : { profile: reading.profile }),
    arms: arms.map((arm) => arm.resolved),
    seeds: seeds!,
    metrics: metrics!.map(({ spec, build }) => ({ spec, build })),
    comparisons,
    plugins: decoding.plugins,
  }
  const resolved = resolvedDefinition(experiment)
  return { ...experiment, definition: resolved, hash: contentHash(resolved) }
}

function misplaced(path: Path): Mistake {
  const message =
    "expected a value, or an axis of values, but got a tunable, which belongs in a search; declare search(...)"
  return { path: ["arms", ...path], message }
}

function decodeSeeds(json: Json | undefined, mistakes: Mistake[]): number[] | undefined {
  const wrong = (path: Path, message: string) => {
    mistakes.push({ path, message })
    return undefined
  }
  if (typeof json === "number") {
    if (!Number.isInteger(json) || json < 1 || json > 10_000) {
      return wrong(["seeds"], `expected a number of seeds from 1 to 10000 but got ${shown(json)}`)
    }
    return Array.from({ length: json }, (_, index) => index + 1)
  }
  if (!Array.isArray(json) || json.length === 0) {
    return wrong(["seeds"], `expected a number of seeds or a list of seeds but got ${shown(json)}`)
  }
  const before = mistakes.length
  for (const [index, seed] of json.entries()) {
    if (!Number.isSafeInteger(seed) || (seed as number) < 0) {
      wrong(["seeds", index], `expected an integer from 0 but got ${shown(seed)}`)
    } else if (json.indexOf(seed) < index) {
      wrong(["seeds", index], `expected every seed once but got ${seed} again; remove it`)
    }
  }
  return mistakes.length === before ? (json as number[]) : undefined
}

/** More trials than this are taken for a slip. */
const mostTrials = 100_000

function checkCount(arms: number, seeds: number, mistakes: Mistake[]): void {
  const trials = arms * seeds
  if (trials <= mostTrials) return
  const message = `expected at most ${mostTrials} trials in all but got ${trials}, of ${arms} arms and ${seeds} seeds; take fewer seeds`
  mistakes.push({ path: ["seeds"], message })
}

/** What names folders, and what is shown on terminals and pages. */
function checkNames(
  { name, question }: JsonObject,
  profiles: Json | undefined,
  arms: readonly { readonly name: string }[],
  mistakes: Mistake[],
): void {
  const check = (path: Path, message: string | undefined) => {
    if (message !== undefined) mistakes.push({ path, message })
  }
  // What is no kebab case is told already.
  if (typeof name === "string" && kebabCase.test(name)) check(["name"], folderFlaw(name))
  if (typeof question === "string") check(["question"], hiddenFlaw(question))
  // The path is told in the sentence as well, so a hidden character must not be in it.
  for (const arm of arms) check(["arms"], nameFlaw(arm.name))
  for (const key of isObject(profiles) ? Object.keys(profiles) : []) check(["profiles"], folderFlaw(key))
}

function checkProfiles(json: Json | undefined, mistakes: Mistake[]): void {
  if (json === undefined) return
  if (!isObject(json)) {
    mistakes.push({ path: ["profiles"], message: `expected { NAME: changes } but got ${shown(json)}` })
    return
  }
  for (const [name, patch] of Object.entries(json)) {
    const path = ["profiles", name]
    if (!isObject(patch)) {
      mistakes.push({
        path,
        message: `expected the changes of a profile, such as { "seeds": 2 }, but got ${shown(patch)}`,
      })
    } else if (Object.hasOwn(patch, "profiles")) {
      mistakes.push({
        path: [...path, "profiles"],
        message: "expected no profiles within a profile; remove them",
      })
    }
  }
}

/** All that decides what an experiment asks and how it is answered, as canonical data. */
export function resolvedDefinition(experiment: Omit<Experiment, "definition" | "hash">): JsonObject {
  const { arms, metrics, comparisons, plugins } = experiment
  const versions: Record<string, number> = {}
  const note = (kind: Kind, spec: JsonObject) =>
    visitPlugins(kind, spec, plugins, (plugin) => {
      versions[`${plugin.kind}/${plugin.name}`] = plugin.version
    })
  for (const arm of arms) note("method", arm.spec)
  for (const metric of metrics) note("metric", metric.spec)
  return {
    name: experiment.name,
    question: experiment.question,
    arms: Object.fromEntries(arms.map(({ name, role, spec, steps }) => [name, { role, spec, steps }])),
    seeds: experiment.seeds,
    metrics: canonicalOrder(metrics.map((metric) => metric.spec)),
    comparisons: canonicalOrder(comparisons.map((comparison) => ({ ...comparison }))),
    plugins: versions,
  }
}

function distinct(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Map(mistakes.map((mistake) => [JSON.stringify([mistake.path, mistake.message]), mistake]))
  return [...seen.values()]
}
