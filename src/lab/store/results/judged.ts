import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../../contracts/execution.ts"
import type { MetricValue, TrialResult } from "../../contracts/result.ts"
import type { StoredEvaluation } from "./evaluations.ts"

/** What is known of the values of one result. */
export interface Judged {
  /** By metric output name; empty when diverged. */
  readonly metrics: Readonly<Record<string, MetricValue>>
  /** The evaluations that the values are from; of earlier versions, whose results have their values in them, none. */
  readonly from: readonly StoredEvaluation[]
  /** Metrics of the plan that have not judged it, by name. */
  readonly unjudged: readonly string[]
}

/**
 * The values of a result. Of a metric that judged it under several executions the present one's are taken, else those of the
 * newest attempt.
 * @param executions which is the present one; the newest everywhere when left out
 */
export function judged(
  trial: Pick<Trial, "evaluations"> & Partial<Trial>,
  result: TrialResult,
  evaluations: readonly StoredEvaluation[],
  executions?: Executions,
): Judged {
  const planned = trial.evaluations ?? []
  const own = evaluations.filter(({ record }) => isOf(record, result))
  const from: StoredEvaluation[] = []
  const unjudged: string[] = []
  for (const evaluation of planned) {
    const some = own.filter(({ record }) => record.evaluation === evaluation.id)
    const wanted = executions?.judging(trial as Trial, evaluation).id
    const chosen =
      some.find(({ record }) => record.execution === wanted) ??
      some.reduce<StoredEvaluation | undefined>(
        (best, one) => (best === undefined || one.record.attempt > best.record.attempt ? one : best),
        undefined,
      )
    if (chosen !== undefined) from.push(chosen)
    else if (result.status === "completed" && result.metrics === undefined) unjudged.push(evaluation.metric)
  }
  const values = from.flatMap(({ record }) => Object.entries(record.values))
  return { metrics: { ...result.metrics, ...Object.fromEntries(values) }, from, unjudged }
}

/** The evaluations that a result lacks under the executions that judge now. A trial that diverged has nothing to judge. */
export function missingEvaluations(
  trial: Trial,
  result: TrialResult,
  evaluations: readonly StoredEvaluation[],
  executions: Executions,
): readonly Evaluation[] {
  if (result.status === "diverged" || trial.evaluations === undefined) return []
  return trial.evaluations.filter((wanted) => {
    const { id } = executions.judging(trial, wanted)
    return !evaluations.some(
      ({ record }) => record.evaluation === wanted.id && record.execution === id && isOf(record, result),
    )
  })
}

/** Whether an evaluation is of this very result. */
export function isOf({ of }: StoredEvaluation["record"], result: TrialResult): boolean {
  return of.execution === result.execution && of.weightsSha256 === result.weightsSha256
}
