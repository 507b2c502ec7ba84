import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "./codeIdentity.ts"
import type { DeclaredFacts } from "./declaredFacts.ts"
import type { AskedEvaluation } from "./evaluation.ts"

/** What a trial's process is asked to do; its first message from the parent. Never written to the store. */
export type TrialRequest<Task extends TrialTask = TrialTask> = RequestParts & Task

export type TrialTask = PlayTask | EvaluateTask | ProbeTask | VerifyTask

/** Play the trial to its result, and judge it. */
export interface PlayTask {
  readonly mode: "play"
  /** Number of the attempt that was claimed for this process. */
  readonly attempt: number
  /** Seconds between two checkpoints; 0 writes one after every step. */
  readonly checkpointSeconds: number
  /** Steps between two stills of what the trial makes; none where left out. */
  readonly samplesEvery?: number
  /** What was fixed before anything ran, for the manifest. */
  readonly declared?: DeclaredFacts
}

/** Judge what the trial's result keeps; nothing is trained. */
export interface EvaluateTask {
  readonly mode: "evaluate"
  /** Number of the attempt that was claimed for this process. */
  readonly attempt: number
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

/** An export of a file, which brings plug-ins along. */
export interface PluginSource {
  /** Absolute. */
  readonly file: string
  readonly name: string
}

/** What every request says. */
export interface RequestParts {
  /** Absolute path of the experiment's file. */
  readonly definition: string
  /** Where the plug-ins of the trial come from: no other file of the user's is loaded before it has learnt. */
  readonly plugins: readonly PluginSource[]
  /** Where those of its metrics and judges come from, which are loaded when it is judged. */
  readonly judgingPlugins: readonly PluginSource[]
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
  /** Of the trial's result. */
  readonly execution: string
  /** What is to be judged; nothing, where no metric is named. */
  readonly judging: readonly AskedEvaluation[]
  /** Executions under which the judges that metrics need were trained, by their ids. */
  readonly judges: Readonly<Record<string, string>>
  /** The engine that is part of the execution. */
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  /** Whether the process is kept from nothing, as its caller asks. */
  readonly unconfined?: boolean
  /** Anything else that the entry and its caller agree on. */
  readonly extra?: JsonObject
}
