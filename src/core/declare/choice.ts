import type { Json } from "../contracts/json.ts"

/** Values of an arm's tunables by path within the arm, e.g. `{ "losses.1.weight": 31.6 }`; empty where it has none. */
export type Configuration = Readonly<Record<string, Json>>

/** What the search for one arm's configuration found, and what it cost. */
export interface ArmTuning {
  readonly configuration: Configuration
  /** Mean of the deciding metric over the search's seeds, on the validation split; null where every trial was lost. */
  readonly value: number | null
  /** Configurations that were tried; 1 for an arm without tunables. */
  readonly tried: number
  readonly trials: number
  /** Training steps that these trials were granted. */
  readonly steps: number
  /** What they took. */
  readonly seconds: number
  /** Trials that diverged or failed: they rank last. */
  readonly lost: number
}

/** What a search found, frozen: `STORE/<search>/choice.json`. */
export interface Choice {
  readonly schema: 1 | 2
  readonly search: string
  /** Hash of the search's definition. */
  readonly hash: string
  readonly select: string
  readonly seeds: readonly number[]
  readonly arms: Readonly<Record<string, ArmTuning>>
}
