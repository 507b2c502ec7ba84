import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "./codeIdentity.ts"
import type { DeclaredFacts } from "./declaredFacts.ts"

/** What a trial's process is asked to do; its first message from the parent. Never written to the store. */
export type TrialRequest<Task extends TrialTask = TrialTask> = RequestParts & Task

export type TrialTask = PlayTask | ProbeTask | VerifyTask

/** Play the trial to its result. */
export interface PlayTask {
  readonly mode: "play"
  /** Number of the attempt that was claimed for this process. */
  readonly attempt: number
  /** Seconds between two checkpoints; 0 writes one after every step. */
  readonly checkpointSeconds: number
  /** What was fixed before anything ran, for the manifest. */
  readonly declared?: DeclaredFacts
}

/** Measure the trial's price in a few steps. */
export interface ProbeTask {
  readonly mode: "probe"
}

/** Play a published trial again and compare. */
export interface VerifyTask {
  readonly mode: "verify"
  /** Steps to play after a checkpoint that is kept; the whole trial when left out. */
  readonly window?: number
}

/** What every request says. */
export interface RequestParts {
  /** Absolute path of the experiment's file. */
  readonly definition: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides: readonly string[]
  readonly trial: Trial
  /** Absolute folder of the run store. */
  readonly store: string
  readonly experiment: string
  readonly planHash: string
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
