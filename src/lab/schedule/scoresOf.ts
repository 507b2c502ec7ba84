import type { Trial } from "@saddlepoint/core/declare/trial"
import type { TrialResult } from "../contracts/result.ts"
import type { RunEvent } from "../contracts/runEvent.ts"
import { trialFolder } from "../store/files/layout.ts"
import { readEvaluations } from "../store/results/evaluations.ts"
import { judged } from "../store/results/judged.ts"
import type { RunOptions } from "./runOptions.ts"

/** What a trial that just finished was judged to be: the outputs that the plan compares, or all where it compares none. */
export function scoresOf(
  { plan, store, executions }: Pick<RunOptions, "plan" | "store" | "executions">,
  trial: Trial,
  result: TrialResult,
): Pick<Extract<RunEvent, { type: "finished" }>, "scores"> {
  if (trial.evaluations === undefined || result.status !== "completed") return {}
  const home = trialFolder(store, plan.experiment, trial.id)
  const { metrics } = judged(trial, result, readEvaluations(home, trial.id).evaluations, { executions })
  const compared = new Set(plan.comparisons.map(({ metric }) => metric))
  const shown = Object.entries(metrics).filter(([name]) => compared.size === 0 || compared.has(name))
  if (shown.length === 0) return {}
  return { scores: Object.fromEntries(shown.map(([name, { value }]) => [name, value])) }
}
