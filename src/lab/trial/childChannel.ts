import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../store/execution.ts"
import type { DeclaredFacts } from "../store/manifestFacts.ts"
import type { ResultStatus } from "../store/result.ts"
import type { Probe } from "./probe.ts"
import type { Replay } from "./replay.ts"

/** What a trial's process is asked to do; its first message from the parent. Never written to the store. */
export interface TrialRequest {
  /** Absolute path of the experiment's file. */
  readonly definition: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides: readonly string[]
  readonly trial: Trial
  /** `play` it to its result, `probe` its price in a few steps, or `verify` a result by playing it again. */
  readonly mode: "play" | "probe" | "verify"
  /** Number of the attempt that was claimed for this process; 0 for `probe` and `verify`. */
  readonly attempt: number
  /** How much of a trial `verify` plays again; all of it when left out. */
  readonly replay?: { readonly window: number }
  /** Seconds between two checkpoints; 0 writes one after every step. */
  readonly checkpointSeconds: number
  /** Absolute folder of the run store. */
  readonly store: string
  readonly experiment: string
  readonly planHash: string
  /** What was fixed before anything ran, for the manifest. */
  readonly declared?: DeclaredFacts
  /** As given to `--device`. */
  readonly device: string
  readonly threads: number
  readonly execution: string
  /** The engine that is part of the execution. */
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  /** Anything else that the entry and its caller agree on. */
  readonly extra?: JsonObject
}

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
      /** Steps done, of `steps`; of the stage while training, of the batches while judging. */
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
  /** A clear refusal: playing again would end the same way. */
  | { readonly type: "failed"; readonly sentence: string }

/** The child's end of the line to its parent. */
export interface ChildChannel {
  readonly request: TrialRequest
  /** Sends a message. Ends this process when the parent is gone. */
  tell(message: ChildMessage): void
  /** Closes the line once all messages are out, so that the process ends when its work is done. */
  close(): void
}

/** Exit code of a child whose parent is gone. Nobody reads it. */
const orphaned = 3

/**
 * Waits for the request and gives the line to the parent. From then on this process ends by itself when the
 * parent dies: at once when the event loop is free, else at the next message.
 */
export async function openChildChannel(): Promise<ChildChannel> {
  if (process.send === undefined) {
    throw new Error(
      "Expected to be started by `saddlepoint run`, which sends the trial to play, but there is no parent.",
    )
  }
  const parent = process.ppid
  const leave = () => process.exit(orphaned)
  process.on("disconnect", leave)
  const request = await new Promise<TrialRequest>((give) => {
    process.once("message", (message) => give(message as TrialRequest))
  })
  let onTheWay = 0
  let closing = false
  const hangUp = () => {
    if (closing && onTheWay === 0 && process.connected) process.disconnect()
  }
  return {
    request,
    tell(message) {
      if (process.ppid !== parent || !process.connected) leave()
      onTheWay += 1
      process.send?.(message, (error: Error | null) => {
        if (error !== null) leave()
        onTheWay -= 1
        hangUp()
      })
    },
    close() {
      process.off("disconnect", leave)
      closing = true
      hangUp()
    },
  }
}
