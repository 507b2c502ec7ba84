import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import { type Pace, trialLeft } from "../progress/pace.ts"
import { mayStart, stoppedByBudget } from "./budget.ts"

/** Lets seeds begin within a budget. */
export interface BudgetGate {
  /** Whether a trial may start: the first of a seed stands for all of the seed. */
  mayStart(trial: Trial, pace: Pace, done: ReadonlySet<string>): "start" | "wait" | "stop"
  /** Says that and why the budget stopped the run; undefined while it did not. */
  stopped(done: ReadonlySet<string>): string | undefined
}

/**
 * Opens the gate of a run that begins now.
 * @param hours as given to `--budget`
 * @param done ids of the trials that have a result
 * @param now seconds of a steady clock
 */
export function openBudgetGate(
  hours: number,
  plan: AnyPlan,
  done: ReadonlySet<string>,
  workers: number,
  now: () => number,
): BudgetGate {
  const begun = now()
  const seeds = new Set(plan.trials.filter(({ id }) => done.has(id)).map(({ seed }) => seed))
  let stopped: { readonly reason: string; readonly elapsed: number } | undefined
  return {
    mayStart(trial, pace, finished) {
      if (trial.kind !== "arm" || seeds.has(trial.seed)) return "start"
      const elapsed = now() - begun
      const answer = mayStart({
        hours,
        elapsed,
        pace,
        workers,
        playing: [...pace.playing.values()].map((playing) => trialLeft(pace, playing, now())),
        next: plan.trials.filter(({ seed, id }) => seed === trial.seed && !finished.has(id)),
        first: seeds.size === 0,
      })
      if (answer.answer === "start") seeds.add(trial.seed)
      if (answer.answer === "stop") stopped ??= { reason: answer.reason, elapsed }
      return answer.answer
    },
    stopped: (finished) =>
      stopped === undefined ? undefined : stoppedByBudget(hours, stopped, plan, finished),
  }
}
