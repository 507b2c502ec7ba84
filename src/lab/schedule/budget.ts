import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { Pace } from "../progress/pace.ts"

/** Where a run with a budget stands when the first trial of another seed is about to start. */
export interface BudgetQuestion {
  /** As given to `--budget`. */
  readonly hours: number
  /** Seconds since the run began. */
  readonly elapsed: number
  /** What finished trials took, as `follow` counts it. */
  readonly pace: Pick<Pace, "spent" | "trained">
  /** Trials side by side. */
  readonly workers: number
  /** For every trial that is being played, the seconds that it still needs; undefined where nothing tells. */
  readonly playing: readonly (number | undefined)[]
  /** The seed's trials that have no result yet, in the order to play them. */
  readonly next: readonly Trial[]
  /** Whether no seed before it was started, in this run or an earlier one. */
  readonly first: boolean
}

/** `wait`: how long a trial takes is not known yet, but something is being played that will tell. */
export type BudgetAnswer =
  | { readonly answer: "start" }
  | { readonly answer: "wait" }
  | { readonly answer: "stop"; readonly reason: string }

/**
 * Whether the whole of the next seed would be done within the budget: only then is any of it started, so that what is
 * finished is a comparison with as many seeds for every arm. A seed that has started is played to its end, also where
 * it takes longer than thought. A trial takes what finished trials of its arm took, else its steps at the speed
 * of all finished steps. Before anything is known the first seed starts.
 */
export function mayStart(question: BudgetQuestion): BudgetAnswer {
  const { hours, elapsed, pace, workers, playing, next, first } = question
  const needed = next.map((trial) => secondsOf(trial, pace))
  const left = hours * 3600 - elapsed
  const stop = (reason: string): BudgetAnswer => ({ answer: "stop", reason })
  if (left <= 0) return stop("the time is used up")
  if (needed.some((seconds) => seconds === undefined) || playing.some((seconds) => seconds === undefined)) {
    if (first) return { answer: "start" }
    if (playing.length > 0) return { answer: "wait" }
    return stop("nothing finished tells how long the next seed takes")
  }
  const seconds = makespan(playing as number[], needed as number[], workers)
  if (seconds <= left) return { answer: "start" }
  return stop(`the next seed needs about ${inHours(seconds)} h more, and ${inHours(left)} h are left`)
}

/**
 * Says that a budget stopped a run, for when everything that was being played has ended too.
 * @param stopped the reason of `mayStart`, and the seconds since the run began at which it was given
 * @param finished ids of the trials that have a result
 */
export function stoppedByBudget(
  hours: number,
  stopped: { readonly reason: string; readonly elapsed: number },
  plan: Pick<AnyPlan, "seeds" | "trials">,
  finished: ReadonlySet<string>,
): string {
  return (
    `No more was started after ${inHours(stopped.elapsed)} h of --budget ${hours}: ${stopped.reason}. ` +
    `Complete seeds: ${completeSeeds(plan, finished)} of ${plan.seeds.length}. Run again to go on.`
  )
}

/** How many seeds have a result for every arm. */
export function completeSeeds(
  plan: Pick<AnyPlan, "seeds" | "trials">,
  finished: ReadonlySet<string>,
): number {
  const open = new Set(plan.trials.filter(({ id }) => !finished.has(id)).map(({ seed }) => seed))
  return plan.seeds.filter((seed) => !open.has(seed)).length
}

/** Seconds until everything is done, when each trial in turn goes to the worker that is free first. */
export function makespan(playing: readonly number[], next: readonly number[], workers: number): number {
  const free = Array.from(
    { length: Math.max(1, workers, playing.length) },
    (_, worker) => playing[worker] ?? 0,
  )
  for (const seconds of next) {
    const soonest = free.indexOf(Math.min(...free))
    free[soonest] = free[soonest]! + seconds
  }
  return Math.max(0, ...free)
}

function secondsOf({ arm, steps }: Trial, { spent, trained }: BudgetQuestion["pace"]): number | undefined {
  const same = spent.get(arm)
  if (same !== undefined && same.trials > 0) return same.seconds / same.trials
  return trained.steps > 0 ? (trained.seconds / trained.steps) * steps : undefined
}

function inHours(seconds: number): string {
  return (seconds / 3600).toFixed(seconds < 360 ? 3 : 2)
}
