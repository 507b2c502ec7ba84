import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import { allTrials } from "../store/trials/allTrials.ts"

/** A trial that will not be played, because a judge that it needs has no result. */
export interface Blocked {
  readonly trial: Trial
  /** The judge's id. */
  readonly by: string
}

/** Hands out trials in order. It holds no process and no clock, so it can be tested as it is. */
export interface Schedule {
  /**
   * The next trial to play; `wait` while every trial left needs a judge that is still playing; `held` while others play
   * all that could be played; `done` at the end.
   */
  next(): Trial | "wait" | "held" | "done"
  /** Gives back a trial that somebody else plays; it is not handed out again before `lookAgain`. */
  putBack(trial: Trial): void
  lookAgain(): void
  /** Takes back trials that were not handed out, for good; gives them. */
  drop(which: (trial: Trial) => boolean): readonly Trial[]
  /** Tells how a trial that was handed out ended; gives the trials that are blocked by it. */
  settle(id: string, outcome: "finished" | "failed"): readonly Blocked[]
}

/**
 * Judges, controls, then the arms' trials, each in the order of the plan.
 * @param finished ids of trials of which nothing is left to do
 */
export function openSchedule(plan: AnyPlan, finished: ReadonlySet<string>): Schedule {
  const all = allTrials(plan)
  const settled = new Map<string, "finished" | "failed">([...finished].map((id) => [id, "finished"]))
  const planned = new Set(all.map((trial) => trial.id))
  const order = new Map(all.map(({ id }, index) => [id, index]))
  let pending = all.filter((trial) => !finished.has(trial.id))
  let held: Trial[] = []
  // A judge that is not in the plan was made elsewhere; the trial's own process looks for it.
  const waits = (trial: Trial) => trial.needs.some((id) => planned.has(id) && settled.get(id) !== "finished")
  return {
    next() {
      const trial = pending.find((candidate) => !waits(candidate))
      if (trial === undefined) {
        if (held.length > 0) return "held"
        return pending.length === 0 ? "done" : "wait"
      }
      pending = pending.filter((other) => other !== trial)
      return trial
    },
    putBack(trial) {
      held.push(trial)
    },
    lookAgain() {
      pending = [...pending, ...held].sort((a, b) => order.get(a.id)! - order.get(b.id)!)
      held = []
    },
    drop(which) {
      const dropped = [...pending, ...held].filter(which)
      pending = pending.filter((trial) => !which(trial))
      held = held.filter((trial) => !which(trial))
      return dropped
    },
    settle(id, outcome) {
      settled.set(id, outcome)
      if (outcome === "finished") return []
      const blocked: Blocked[] = []
      // A blocked trial may itself be needed.
      const failed = [id]
      for (const by of failed) {
        for (const trial of pending.filter((other) => other.needs.includes(by))) {
          blocked.push({ trial, by })
          failed.push(trial.id)
          settled.set(trial.id, "failed")
        }
        pending = pending.filter((other) => !other.needs.includes(by))
      }
      return blocked
    },
  }
}
