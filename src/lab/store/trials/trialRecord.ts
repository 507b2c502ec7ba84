import { join } from "node:path"
import type { Failure } from "../../contracts/failure.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { readFailure } from "../attempts/failure.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { readEvaluations, type StoredEvaluation } from "../results/evaluations.ts"
import { type NamedResult, publish, readPublished, readResult } from "../results/publication.ts"

/** A published result with the attempt that made it. */
export interface PublishedResult extends NamedResult {
  /** Absolute folder of the trial. */
  readonly home: string
  /** Absolute folder of the attempt. */
  readonly folder: string
}

/** All that the store knows of one trial. */
export interface TrialRecord {
  readonly id: string
  /** Absolute folder of the trial. */
  readonly home: string
  /** By execution, oldest attempt first. */
  readonly results: ReadonlyMap<string, PublishedResult>
  readonly evaluations: readonly StoredEvaluation[]
  /** Oldest first. */
  readonly failures: readonly Failure[]
  /** Numbers of the attempts that were begun, ascending. */
  readonly attempts: readonly number[]
  /** Published results that are cut off or not as they were written, relative to the trial's folder; likewise evaluations. */
  readonly broken: { readonly results: readonly string[]; readonly evaluations: readonly string[] }
  /** All of these, and results of attempts that were not published; they count as absent. */
  readonly damaged: readonly string[]
}

/** Reads a trial. One that was never begun has no results and no failures. */
export function readTrial(store: string, experiment: string, trial: string): TrialRecord {
  const home = trialFolder(store, experiment, trial)
  const numbers = attemptNumbers(home)
  const { results, broken } = readPublished(home, trial)
  const { evaluations, broken: brokenEvaluations } = readEvaluations(home, trial)
  const damaged = [...broken, ...brokenEvaluations]
  const failures: Failure[] = []
  const published = new Set([...results.values()].map(({ attempt }) => attempt))
  for (const number of numbers) {
    const folder = attemptFolder(store, experiment, trial, number)
    const failure = readFailure(folder)
    if (failure !== undefined) failures.push(failure)
    // A published result is the same file under another name.
    if (!published.has(number) && readResult(join(folder, "result.json"), trial) === "broken")
      damaged.push(`attempts/${number}/result.json`)
  }
  return {
    id: trial,
    home,
    broken: { results: broken, evaluations: brokenEvaluations },
    results: new Map(
      [...results]
        .sort(([, a], [, b]) => a.attempt - b.attempt)
        .map(([execution, stored]) => [
          execution,
          { ...stored, home, folder: attemptFolder(store, experiment, trial, stored.attempt) },
        ]),
    ),
    evaluations,
    failures,
    attempts: numbers,
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
  const home = trialFolder(store, experiment, trial)
  const stored = readPublished(home, trial).results.get(execution)
  if (stored === undefined) return undefined
  return { ...stored, home, folder: attemptFolder(store, experiment, trial, stored.attempt) }
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
