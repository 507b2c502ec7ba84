import type { Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../../contracts/execution.ts"
import { trialFolder } from "../files/layout.ts"
import { readEvaluations } from "../results/evaluations.ts"
import { judged } from "../results/judged.ts"
import { publishedResult } from "../trials/trialRecord.ts"
import type { JudgedResult } from "./findings.ts"

/** A trial's result under the execution that would play it now, with its values; undefined where it has none. */
export function judgedResult(
  store: string,
  experiment: string,
  trial: Trial,
  executions: Executions,
): JudgedResult | undefined {
  const published = publishedResult(store, experiment, trial.id, executions.of(trial).id)
  if (published === undefined) return undefined
  const { evaluations } = readEvaluations(trialFolder(store, experiment, trial.id), trial.id)
  const { metrics } = judged(trial, published.result, evaluations, { executions })
  return { ...published.result, metrics }
}
