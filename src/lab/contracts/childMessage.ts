import type { Probe } from "./probe.ts"
import type { Replay } from "./replay.ts"
import type { ResultStatus } from "./result.ts"

/** What a trial's process tells its parent. */
export type ChildMessage =
  /** The attempt was opened; `resumed` says from which earlier attempt, and how many of its steps are kept. */
  | {
      readonly type: "started"
      readonly attempt: number
      readonly resumed?: { readonly attempt: number; readonly step: number }
    }
  | {
      readonly type: "progress"
      readonly phase: "training" | "judging"
      readonly stage: string
      /** Done, of `steps`: steps over all stages while training, batches while judging. */
      readonly step: number
      readonly steps: number
      readonly losses: Readonly<Record<string, number>>
    }
  | { readonly type: "finished"; readonly status: ResultStatus }
  /** Told to leave (SIGTERM, SIGUSR1): a checkpoint after `step` steps is written. */
  | { readonly type: "left"; readonly step: number }
  /** The end of `verify`. */
  | { readonly type: "replayed"; readonly replay: Replay }
  /** The end of `probe`. */
  | { readonly type: "probed"; readonly probe: Probe }
  /** What was thrown before the process ended: its name and the first line of its message. */
  | { readonly type: "threw"; readonly words: string }
  /** A clear refusal: playing again would end the same way. */
  | { readonly type: "failed"; readonly sentence: string }
