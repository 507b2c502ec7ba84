import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import * as Effect from "effect/Effect"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { Failure } from "../contracts/failure.ts"
import { isSuperseded } from "../store/attempts/attempt.ts"
import { failureOf, type ProcessEnd, writeFailure } from "../store/attempts/failure.ts"
import { describeDeclaration } from "../store/attempts/manifestFacts.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import type { Lease } from "../store/leases/lease.ts"
import { hasEnded } from "../store/trials/claim.ts"
import { isFinished, standingOf } from "../store/trials/standing.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"
import { launch } from "./launcher.ts"
import type { RunOptions } from "./runOptions.ts"
import { trialRequest } from "./trialRequest.ts"

/** How one go at a trial ended. `superseded`: another process took the trial over, and will finish it. */
export type GoEnd =
  | { readonly type: "finished"; readonly found: PublishedResult }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "superseded" }

export interface Go {
  readonly trial: Trial
  /** Whether it has to be trained: it has no result yet. */
  readonly trains: boolean
  /** What has to judge it. */
  readonly evaluations: readonly Evaluation[]
  readonly attempt: number
  readonly lease: Lease
  /** Seconds between two renewals are a third of this. */
  readonly leaseSeconds: number
  /** A trial that says nothing for so long is ended. */
  readonly stallSeconds: number
  /** More environment for the process: its device. */
  readonly environment?: Readonly<Record<string, string>>
  readonly onMessage: (message: ChildMessage) => void
}

/** A run's options once the program of its trials is built, or is not to be. */
export interface Playing extends Omit<RunOptions, "builtEntry"> {
  readonly builtEntry?: string
}

/**
 * Plays a claimed attempt in a process of its own and renews its lease. However it ends, by interruption too, the end is
 * written down, so that nobody has to wait for the lease.
 */
export const playClaimed = Effect.fnUntraced(function* (options: Playing, go: Go) {
  const { plan, store, executions, builtEntry } = options
  const { trial, trains, attempt, lease, leaseSeconds, stallSeconds } = go
  const execution = executions.of(trial).id
  const home = trialFolder(store, plan.experiment, trial.id)
  // Counted in beats, not by the clock: this process may itself have been asleep.
  let silence = 0
  let why: "silent" | "superseded" | undefined
  let left = false
  const endNow = new AbortController()
  const between = Math.min(leaseSeconds, stallSeconds) / 3
  const beat = setInterval(() => {
    silence += between
    if (silence > stallSeconds) why = "silent"
    else if (wasTakenOver(home, attempt, execution)) why = "superseded"
    else return renewed(lease)
    endNow.abort()
  }, between * 1000)
  beat.unref()
  const keep = (end: ProcessEnd): GoEnd => {
    const standing = standingOf(store, plan.experiment, trial, executions)
    const { result: found } = standing
    const isOwn = trains
      ? found?.attempt === attempt
      : hasEnded(attemptFolder(store, plan.experiment, trial.id, attempt))
    if (found !== undefined && isFinished(standing) && isOwn) return { type: "finished", found }
    const others = isFinished(standing) || why === "superseded" || isSuperseded(home, attempt, execution)
    if (others) return { type: "superseded" }
    const failure = failureOf(trial.id, attempt, execution, end, { silent: why === "silent", left })
    writeFailure(attemptFolder(store, plan.experiment, trial.id, attempt), failure)
    return { type: "failed", failure }
  }
  const declared = describeDeclaration(plan)
  const { checkpointSeconds = 60, samplesEvery } = options
  const looks = samplesEvery === undefined ? {} : { samplesEvery }
  const task = trains
    ? ({ mode: "play", attempt, checkpointSeconds, ...looks, declared } as const)
    : ({ mode: "evaluate", attempt, declared } as const)
  const end = yield* launch({
    childEntry: options.childEntry,
    ...(builtEntry === undefined ? {} : { builtEntry }),
    endNow: endNow.signal,
    ...(go.environment === undefined ? {} : { environment: go.environment }),
    ...(options.grace === undefined ? {} : { grace: options.grace }),
    request: trialRequest(options, trial, task, go.evaluations),
    onMessage(message) {
      silence = 0
      if (message.type === "left") left = true
      go.onMessage(message)
    },
  }).pipe(
    Effect.onInterrupt(() =>
      Effect.sync(() => keep({ exitCode: 0, signal: "SIGTERM", lastLines: [], asked: true })),
    ),
    Effect.ensuring(Effect.sync(() => clearInterval(beat))),
  )
  return keep(end)
})

/** Whether somebody took the trial over, as far as the store can be read just now. */
function wasTakenOver(home: string, attempt: number, execution: string): boolean {
  try {
    return isSuperseded(home, attempt, execution)
  } catch {
    return false
  }
}

/** A renewal that fails is tried again at the next beat; until the lease lapses nobody minds. */
function renewed(lease: Lease): void {
  try {
    lease.renew()
  } catch {
    // A full disk, a network folder that is away for a moment.
  }
}
