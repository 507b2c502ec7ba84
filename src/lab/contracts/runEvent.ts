import type { Trial } from "@saddlepoint/core/declare/trial"
import type { ChildMessage } from "./childMessage.ts"
import type { Failure } from "./failure.ts"
import type { ResultStatus } from "./result.ts"

/** What happens during a run, as it happens. `worker` counts from 0. */
export type RunEvent =
  | {
      readonly type: "planned"
      readonly trials: number
      /** Trials that have a result and are not played. */
      readonly reused: number
      readonly workers: number
      readonly missing: readonly Trial[]
    }
  | {
      readonly type: "launched"
      readonly trial: Trial
      readonly worker: number
      readonly go: number
      /** False where it is only judged. */
      readonly trains?: boolean
    }
  /** The trial goes on from the checkpoint of an earlier attempt, after `step` steps. */
  | { readonly type: "resumed"; readonly trial: Trial; readonly worker: number; readonly step: number }
  /** Another process plays the trial, or took it over; it is looked at again later. */
  | { readonly type: "held"; readonly trial: Trial }
  | (Extract<ChildMessage, { type: "progress" }> & { readonly trial: Trial; readonly worker: number })
  | {
      readonly type: "finished"
      readonly trial: Trial
      readonly worker: number
      readonly status: ResultStatus
      readonly evidence?: string
      /** What it was judged to be, by metric output: those that the plan compares, or all where it compares none. */
      readonly scores?: Readonly<Record<string, number>>
    }
  /** Another process finished the trial. */
  | { readonly type: "elsewhere"; readonly trial: Trial; readonly status: ResultStatus }
  | {
      readonly type: "failed"
      readonly trial: Trial
      readonly worker: number
      readonly failure: Failure
      /** True when the trial is started once more. */
      readonly retrying: boolean
    }
  | { readonly type: "blocked"; readonly trial: Trial; readonly sentence: string }
  | { readonly type: "notice"; readonly sentence: string }
