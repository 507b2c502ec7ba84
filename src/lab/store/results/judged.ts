import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { EvaluationRecord } from "../../contracts/evaluation.ts"
import type { Executions } from "../../contracts/execution.ts"
import type { MetricValue, TrialResult } from "../../contracts/result.ts"
import type { StoredEvaluation } from "./evaluations.ts"

/** Which evaluations are taken of several. */
export interface Taking {
  /** Those of the present executions and no others: what they did not judge is unjudged. */
  readonly executions?: Executions | undefined
  /** Those of these metric codes and no others, by the metric's name; see `Judging`. */
  readonly codes?: Readonly<Record<string, string>> | undefined
}

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
 * The values of a result, each with the code that judged in its identity, so that values of unlike codes are never compared.
 * @param taking which evaluation is taken where a metric has several; the newest attempt's when left out
 */
export function judged(
  trial: Trial,
  result: TrialResult,
  evaluations: readonly StoredEvaluation[],
  { executions, codes }: Taking = {},
): Judged {
  const planned = trial.evaluations ?? []
  const own = evaluations.filter(({ record }) => isOf(record, result))
  const from: StoredEvaluation[] = []
  const unjudged: string[] = []
  for (const evaluation of planned) {
    const some = own.filter(({ record }) => record.evaluation === evaluation.id)
    const taken = (record: EvaluationRecord) => {
      if (executions !== undefined) return record.execution === executions.judging(trial, evaluation).id
      const code = codes?.[evaluation.metric]
      return code === undefined || record.metricCode === code
    }
    const chosen = newestOf(some.filter(({ record }) => taken(record)))
    if (chosen !== undefined) from.push(chosen)
    else if (result.status === "completed" && result.metrics === undefined) unjudged.push(evaluation.metric)
  }
  const values = from.flatMap(({ record: { values, metricCode: code } }) =>
    Object.entries(values).map(
      ([name, value]) => [name, { ...value, identity: { ...value.identity, code } }] as const,
    ),
  )
  return { metrics: { ...result.metrics, ...Object.fromEntries(values) }, from, unjudged }
}

function newestOf(evaluations: readonly StoredEvaluation[]): StoredEvaluation | undefined {
  return evaluations.reduce<StoredEvaluation | undefined>(
    (best, one) => (best === undefined || one.record.attempt > best.record.attempt ? one : best),
    undefined,
  )
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
