import type { Trial } from "@saddlepoint/core/declare/trial"
import * as Effect from "effect/Effect"
import type { RunEvent } from "../contracts/runEvent.ts"
import type { LeaseWatch } from "../store/leases/lease.ts"
import { claimTrial } from "../store/trials/claim.ts"
import { isFinished, standingOf } from "../store/trials/standing.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"
import type { Footprints } from "./footprint.ts"
import { watchPeak } from "./gpuMemory.ts"
import { type GoEnd, type Playing, playClaimed } from "./playClaimed.ts"
import type { Slot } from "./slots.ts"

/** `superseded`: others play the trial. `elsewhere`: others finished it. */
export type Ended =
  | (GoEnd & { readonly worker: number; readonly trains?: boolean })
  | { readonly type: "elsewhere"; readonly found: PublishedResult }

/** What every go of a run shares. */
export interface GoWorld {
  readonly options: Playing
  readonly watch: LeaseWatch
  readonly leaseSeconds: number
  readonly stallSeconds: number
  readonly keepFootprint: Footprints["keep"]
  readonly tell: (event: RunEvent) => void
}

/** One go at a trial in a slot: claims it, plays it, measures what it takes of a GPU, and says how that ended. */
export const playGo = Effect.fnUntraced(function* (
  { options, watch, leaseSeconds, stallSeconds, keepFootprint, tell }: GoWorld,
  trial: Trial,
  go: number,
  slot: Slot,
): Effect.fn.Return<Ended> {
  const { store, executions } = options
  const { experiment } = options.plan
  const worker = slot.number
  const standing = () => standingOf(store, experiment, trial, executions)
  const claimed = { store, experiment, trial: trial.id, execution: executions.of(trial).id }
  const claim = claimTrial({ ...claimed, done: () => isFinished(standing()) }, watch, leaseSeconds)
  if (claim === "held") return { type: "superseded", worker }
  const { result, missing } = standing()
  if (claim === "done") return { type: "elsewhere", found: result! }
  const trains = result === undefined
  const shown = asPlayed(trial, trains)
  tell({ type: "launched", trial: shown, worker, go, trains })
  const { gpu, environment, unshared } = slot
  const peak = gpu !== undefined && unshared ? watchPeak(gpu, gpu.used ?? 0) : undefined
  const measured = () => {
    const most = peak?.()
    if (gpu !== undefined && most !== undefined) keepFootprint(trial, gpu.model, most)
  }
  const end = yield* playClaimed(options, {
    trial,
    trains,
    evaluations: missing,
    ...claim,
    leaseSeconds,
    stallSeconds,
    environment,
    onMessage(message) {
      if (message.type === "progress") tell({ ...message, trial: shown, worker })
      if (message.type === "started" && message.resumed !== undefined) {
        tell({ type: "resumed", trial, worker, step: message.resumed.step })
      }
    },
  }).pipe(Effect.onExit(() => Effect.sync(measured)))
  return { ...end, worker, trains }
})

/** A trial as a go at it plays it: one that is only judged plays no steps. */
export function asPlayed(trial: Trial, trains: boolean): Trial {
  return trains ? trial : { ...trial, steps: 0 }
}
