import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { AnyPlan, Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { Executions } from "../contracts/execution.ts"
import type { RunEvent } from "../contracts/runEvent.ts"
import type { PluginSource } from "../contracts/trialRequest.ts"
import type { Place } from "./places.ts"

/** What `runPlan` plays, where, and with what patience. */
export interface RunOptions {
  readonly plan: AnyPlan
  /** Folder of the run store. */
  readonly store: string
  readonly definitionPath: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides?: readonly string[]
  /** The file that a trial's process starts with. */
  readonly childEntry: string
  /** The same program built to plain JavaScript, asked for once, before the first trial is claimed; undefined where there is none. */
  readonly builtEntry?: () => Promise<string | undefined>
  /** Trials side by side; as many as there are cores when left out. */
  readonly workers?: number
  /** As given to `--device`. */
  readonly device: string
  /** The engine that the device stands for: part of the execution, and what a child must open. */
  readonly engine: EngineIdentity
  /** Under which executions trials are played and judged. */
  readonly executions: Executions
  /** Where the plug-ins of a trial, or of an evaluation's metric and judges, come from; the definition's file where left out. */
  readonly pluginsOf?: (about: Trial | Evaluation) => readonly PluginSource[]
  /**
   * Names a file of a trial's code that is no longer as it was when `executions` were read; asked before a trial is begun from its sources,
   * as its results would bear the name of another code.
   */
  readonly changedCode?: (trial: Trial) => string | undefined
  /** Judge what is trained, and train nothing. */
  readonly onlyJudge?: boolean
  /** Handed to every child as it is. */
  readonly extra?: JsonObject
  readonly onEvent?: (event: RunEvent) => void
  /** Seconds between two checkpoints of a trial; 60 when left out. */
  readonly checkpointSeconds?: number
  /** Steps between two stills of what a generator makes; none when left out. */
  readonly samplesEvery?: number
  /** Seconds after which a scheduler that gives no sign of life loses its trials; 60 when left out. */
  readonly leaseSeconds?: number
  /** Seconds of silence after which a trial is ended; 600 when left out. */
  readonly stallSeconds?: number
  /** Where trials are played; the CPU when left out. */
  readonly places?: readonly Place[]
  /** Whether trials may share a GPU, where their measured memory leaves room. */
  readonly pack?: boolean
  /** Hours after which no further seed is begun, unless all of it would be done by then. */
  readonly budget?: number
  /** Whether trials' code may reach any file and the network. */
  readonly unconfined?: boolean
  /** Milliseconds that a trial which is asked to leave has for its checkpoint; 30,000 when left out. */
  readonly grace?: number
}
