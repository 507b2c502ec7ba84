import type { Json, JsonObject } from "@saddlepoint/core/contracts/json"
import { isObject } from "@saddlepoint/core/contracts/json"
import { differing } from "@saddlepoint/metrics/verdict/differing"
import type { EvaluationRecord } from "../../contracts/evaluation.ts"
import type { Change } from "../../contracts/registration.ts"
import type { MetricValue, TrialResult } from "../../contracts/result.ts"
import { type Manifest, readManifest } from "../attempts/manifest.ts"
import { differences } from "../frozen/definitionChange.ts"
import { isOf } from "../results/judged.ts"
import { newest } from "../results/publication.ts"
import { onlyTrial } from "../trials/findTrial.ts"
import { readTrial } from "../trials/trialRecord.ts"

/** One of two results that are compared. */
export interface ComparedTrial {
  readonly experiment: string
  readonly trial: string
  readonly arm: string
  readonly seed: number
  readonly execution: string
  readonly status: TrialResult["status"]
  readonly trainSeconds: number
  readonly weightsSha256: string
}

/** A metric that has judged both. */
export interface ComparedMetric {
  readonly metric: string
  readonly a: number
  readonly b: number
  /** `b - a`; null where the two may not be compared. */
  readonly difference: number | null
  /** Why they may not, in a sentence. */
  readonly refusal?: string
}

/** What tells two results apart. */
export interface TrialComparison {
  readonly a: ComparedTrial
  readonly b: ComparedTrial
  /** Of the resolved method, steps, seed, plug-ins' versions and data, by path. */
  readonly spec: readonly Change[]
  /** Of code, engine, machine and what else made the bits. */
  readonly environment: readonly Change[]
  /** In order of name. */
  readonly metrics: readonly ComparedMetric[]
  /** Metrics that have judged one of them only. */
  readonly alone: { readonly a: readonly string[]; readonly b: readonly string[] }
}

interface Read {
  readonly about: ComparedTrial
  readonly manifest: Manifest
  /** By metric, of the newest evaluation first. */
  readonly values: ReadonlyMap<string, readonly MetricValue[]>
}

/**
 * Compares two results of a run store.
 * @param words ids of trials or their first digits, each with `@` and the first digits of an execution where not its newest result is meant
 * @throws RangeError in one sentence where one is not there or was never finished
 */
export function compareTrials(store: string, words: readonly [string, string]): TrialComparison {
  const [a, b] = [readOne(store, words[0]), readOne(store, words[1])]
  const names = [...new Set([...a.values.keys(), ...b.values.keys()])].sort()
  const shared = names.filter((name) => a.values.has(name) && b.values.has(name))
  return {
    a: a.about,
    b: b.about,
    spec: inOrder(differences("", specOf(a.manifest), specOf(b.manifest))),
    environment: inOrder(differences("", environmentOf(a.manifest), environmentOf(b.manifest))),
    metrics: shared.map((metric) => comparedMetric(metric, a.values.get(metric)!, b.values.get(metric)!)),
    alone: {
      a: names.filter((name) => !b.values.has(name)),
      b: names.filter((name) => !a.values.has(name)),
    },
  }
}

function readOne(store: string, word: string): Read {
  const at = word.indexOf("@")
  const [id, wanted] = at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)]
  const { experiment, trial } = onlyTrial(store, id)
  const { results, evaluations } = readTrial(store, experiment, trial)
  const published = newest([...results].flatMap(([name, one]) => (name.startsWith(wanted) ? [one] : [])))
  if (published === undefined) {
    const has = results.size === 0 ? "no result; run it first" : `those of ${[...results.keys()].join(", ")}`
    const which = wanted === "" ? "to be finished" : `to have a result of the execution ${wanted}`
    throw new RangeError(`Expected the trial ${trial} ${which}, but it has ${has}.`)
  }
  const manifest = readManifest(published.folder)
  if (manifest === undefined) {
    throw new RangeError(
      `Expected the manifest of the trial ${trial}, but it is missing or damaged; play the trial anew.`,
    )
  }
  const { result } = published
  const { arm, seed, execution, status, trainSeconds, weightsSha256 } = result
  const own = evaluations.map(({ record }) => record).filter((record) => isOf(record, result))
  return {
    about: { experiment, trial, arm, seed, execution, status, trainSeconds, weightsSha256 },
    manifest,
    values: valuesOf(result, own),
  }
}

function valuesOf(result: TrialResult, evaluations: readonly EvaluationRecord[]) {
  const found = new Map<string, MetricValue[]>()
  const add = (name: string, value: MetricValue) => found.set(name, [...(found.get(name) ?? []), value])
  const newestFirst = [...evaluations].sort(
    (a, b) => b.attempt - a.attempt || (a.execution < b.execution ? -1 : 1),
  )
  for (const { values, metricCode: code } of newestFirst) {
    for (const [name, value] of Object.entries(values))
      add(name, { ...value, identity: { ...value.identity, code } })
  }
  for (const [name, value] of Object.entries(result.metrics ?? {})) add(name, value)
  return found
}

/** Where a metric has judged one of them several times, those are taken that may be compared. */
function comparedMetric(
  metric: string,
  ofA: readonly MetricValue[],
  ofB: readonly MetricValue[],
): ComparedMetric {
  const pairs = ofA.flatMap((a) => ofB.map((b) => ({ a, b })))
  const alike = pairs.find(({ a, b }) => differing([a, b]) === null)
  const { a, b } = alike ?? pairs[0]!
  const both = { metric, a: a.value, b: b.value }
  if (alike !== undefined) return { ...both, difference: b.value - a.value }
  return {
    ...both,
    difference: null,
    refusal: `The values of ${metric} may not be compared: their identities differ in ${differing([a, b])}.`,
  }
}

/** As a definition writes it: the method's keys at the top. */
function specOf({ preimage }: Manifest): JsonObject {
  const { spec, data, schema: _, ...rest } = preimage
  return {
    ...(spec !== undefined && isObject(spec) ? spec : {}),
    ...(typeof data === "string" ? { dataDigest: data.slice(0, 12) } : {}),
    ...rest,
  }
}

function environmentOf(manifest: Manifest): JsonObject {
  const { code, engine, machine, numerics, environment, confinement, execution } = manifest
  const { sources, ...known } = code
  const facts = {
    execution,
    code: { ...known, sources },
    engine,
    machine,
    numerics,
    environment,
    confinement,
  }
  return JSON.parse(JSON.stringify(facts)) as { readonly [key: string]: Json }
}

function inOrder(changes: readonly Change[]): readonly Change[] {
  return [...changes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
