import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"

/** Judges, controls and trials of a plan, in this order. */
export function allTrials(plan: AnyPlan): readonly Trial[] {
  return [...plan.judges, ...plan.controls, ...plan.trials]
}
