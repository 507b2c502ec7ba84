import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../../contracts/execution.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { publishEvaluations, readEvaluations } from "../results/evaluations.ts"
import { missingEvaluations } from "../results/judged.ts"
import { type PublishedResult, recoverResult } from "./trialRecord.ts"

/** What a run would find of a trial. */
export interface Standing {
  /** Under the execution that would play it now. */
  readonly result?: PublishedResult
  /** The evaluations that it lacks, all of them where it has no result. */
  readonly missing: readonly Evaluation[]
}

/** Whether nothing is left to do. */
export function isFinished({ result, missing }: Standing): boolean {
  return result !== undefined && missing.length === 0
}

/**
 * Looks at a trial as whoever would play it; publishes what a process had written, and could not publish before it was killed.
 */
export function standingOf(
  store: string,
  experiment: string,
  trial: Trial,
  executions: Executions,
): Standing {
  const result = recoverResult(store, experiment, trial.id, executions.of(trial).id)
  if (result === undefined) return { missing: trial.evaluations ?? [] }
  const home = trialFolder(store, experiment, trial.id)
  const lacking = () =>
    missingEvaluations(trial, result.result, readEvaluations(home, trial.id).evaluations, executions)
  if (lacking().length > 0) {
    for (const number of attemptNumbers(home)) {
      publishEvaluations(home, attemptFolder(store, experiment, trial.id, number))
    }
  }
  return { result, missing: lacking() }
}
