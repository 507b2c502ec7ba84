import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import type { FailureClass } from "../../contracts/failure.ts"
import { trialStatus } from "./storeStatus.ts"

/** The part of a plan that a retry plays. */
export interface FailedTrials {
  /** The failed trials, and the judges that they need. */
  readonly plan: Plan
  readonly failed: readonly { readonly trial: Trial; readonly class: FailureClass }[]
}

/**
 * The trials of a plan whose last attempt failed; those that were never begun, were stopped or are being played are not
 * among them. The judges that the failed trials need come along, whatever became of them.
 * @param only one class of failure; `preempted` are those that were stopped. All but `preempted` when left out
 */
export function failedTrials(store: string, plan: Plan, only?: FailureClass): FailedTrials {
  const failed: { trial: Trial; class: FailureClass }[] = []
  const keep = (trials: readonly Trial[]) =>
    trials.filter((trial) => {
      const { standing, class: how } = trialStatus(store, plan.experiment, trial.id, trial)
      const unfinished = ["failed", "stopped", "missing", "unjudged"].includes(standing)
      if (!unfinished || how === undefined) return false
      if (only === undefined ? standing !== "failed" : how !== only) return false
      failed.push({ trial, class: how })
      return true
    })
  const judges = new Set(keep(plan.judges).map(({ id }) => id))
  const controls = keep(plan.controls)
  const trials = keep(plan.trials)
  for (const { needs } of [...controls, ...trials]) for (const id of needs) judges.add(id)
  return {
    plan: { ...plan, judges: plan.judges.filter(({ id }) => judges.has(id)), controls, trials },
    failed,
  }
}
