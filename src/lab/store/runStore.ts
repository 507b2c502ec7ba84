import { join } from "node:path"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import { attemptNumbers } from "./attempt.ts"
import { listFolder } from "./durable.ts"
import { type Failure, readFailure } from "./failure.ts"
import { attemptFolder, trialFolder, trialsFolder } from "./layout.ts"
import { publish, readPublished, readResult } from "./publication.ts"
import type { TrialResult } from "./result.ts"

/** A published result with the attempt that made it. */
export interface PublishedResult {
  readonly result: TrialResult
  readonly attempt: number
  /** Absolute folder of the attempt. */
  readonly folder: string
}

/** All that the store knows of one trial. */
export interface TrialRecord {
  readonly id: string
  /** By execution, oldest attempt first. */
  readonly results: ReadonlyMap<string, PublishedResult>
  /** Oldest first. */
  readonly failures: readonly Failure[]
  /** The number of attempts that were begun. */
  readonly attempts: number
  /** Files that are cut off or damaged, relative to the trial's folder; they count as absent. */
  readonly damaged: readonly string[]
}

/** Reads a trial. One that was never begun has no results and no failures. */
export function readTrial(store: string, experiment: string, trial: string): TrialRecord {
  const home = trialFolder(store, experiment, trial)
  const numbers = attemptNumbers(home)
  const { results, broken } = readPublished(home, trial)
  const damaged = [...broken]
  const failures: Failure[] = []
  for (const number of numbers) {
    const folder = attemptFolder(store, experiment, trial, number)
    const failure = readFailure(folder)
    if (failure !== undefined) failures.push(failure)
    if (readResult(join(folder, "result.json"), trial) === "broken")
      damaged.push(`attempts/${number}/result.json`)
  }
  return {
    id: trial,
    results: new Map(
      [...results]
        .sort(([, a], [, b]) => a.attempt - b.attempt)
        .map(([execution, stored]) => [
          execution,
          { ...stored, folder: attemptFolder(store, experiment, trial, stored.attempt) },
        ]),
    ),
    failures,
    attempts: numbers.length,
    damaged,
  }
}

/** The result of a trial under one execution, or undefined. */
export function publishedResult(
  store: string,
  experiment: string,
  trial: string,
  execution: string,
): PublishedResult | undefined {
  const stored = readPublished(trialFolder(store, experiment, trial), trial).results.get(execution)
  if (stored === undefined) return undefined
  return { ...stored, folder: attemptFolder(store, experiment, trial, stored.attempt) }
}

/**
 * The result of a trial under one execution; publishes it first where a process was killed after it had written its
 * result and before it had published it.
 */
export function recoverResult(
  store: string,
  experiment: string,
  trial: string,
  execution: string,
): PublishedResult | undefined {
  const known = publishedResult(store, experiment, trial, execution)
  if (known !== undefined) return known
  const home = trialFolder(store, experiment, trial)
  for (const number of attemptNumbers(home)) {
    const folder = attemptFolder(store, experiment, trial, number)
    const read = readResult(join(folder, "result.json"), trial)
    if (typeof read === "string" || read.result.execution !== execution || read.attempt !== number) continue
    publish(home, folder, trial, execution)
    return publishedResult(store, experiment, trial, execution)
  }
  return undefined
}

/** Whether a trial has a result, ended without one the last time, or was never finished. */
export interface TrialState {
  readonly state: "done" | "failed" | "missing"
  /** How a `done` trial ended; where it has several results, one of them. */
  readonly status?: TrialResult["status"]
  /** One sentence for `failed` and diverged trials. */
  readonly evidence?: string
}

/**
 * The state of every trial of a plan, by id; judges and controls as well.
 * @param execution counts only results of this execution; any result when left out
 */
export function trialStates(
  store: string,
  plan: AnyPlan,
  execution?: string,
): ReadonlyMap<string, TrialState> {
  const begun = new Set(listFolder(trialsFolder(store, plan.experiment)))
  const states = new Map<string, TrialState>()
  // Nearly all results of a store stand under one execution: looking there first spares a look into each folder.
  let likely = execution
  for (const { id } of allTrials(plan)) {
    const home = trialFolder(store, plan.experiment, id)
    const stored = begun.has(id) ? resultLikelyUnder(likely, home, id, execution) : undefined
    likely = stored?.execution ?? likely
    states.set(id, begun.has(id) ? stateOf(home, stored, execution) : { state: "missing" })
  }
  return states
}

function resultLikelyUnder(
  likely: string | undefined,
  home: string,
  trial: string,
  execution: string | undefined,
): TrialResult | undefined {
  const first = likely === undefined ? "absent" : readResult(join(home, "results", `${likely}.json`), trial)
  if (typeof first !== "string" && first.result.execution === likely) return first.result
  const { results } = readPublished(home, trial)
  return (execution === undefined ? newest(results.values()) : results.get(execution))?.result
}

function stateOf(home: string, stored: TrialResult | undefined, execution: string | undefined): TrialState {
  if (stored !== undefined) {
    const { status, evidence } = stored
    return { state: "done", status, ...(evidence === undefined ? {} : { evidence }) }
  }
  const last = attemptNumbers(home).at(-1)
  const failure = last === undefined ? undefined : readFailure(join(home, "attempts", String(last)))
  const others = execution !== undefined && failure?.execution !== execution
  // Whoever left will go on: a preemption is no failure.
  if (failure === undefined || failure.class === "preempted" || others) return { state: "missing" }
  return { state: "failed", evidence: failure.sentence }
}

/** The one of the highest attempt: attempts are numbered as they begin. */
export function newest<R extends { readonly attempt: number }>(results: Iterable<R>): R | undefined {
  let best: R | undefined
  for (const result of results) if (best === undefined || result.attempt > best.attempt) best = result
  return best
}

/** Judges, controls and trials of a plan, in this order. */
export function allTrials(plan: AnyPlan): readonly Trial[] {
  return [...plan.judges, ...plan.controls, ...plan.trials]
}
