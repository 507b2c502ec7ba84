import type { Tensor } from "@saddlepoint/engine/tf"
import type { OpenDataset } from "./dataset.ts"
import type { Judge } from "./judge.ts"
import type { Player } from "./player.ts"

/** One number that a metric gives. */
export interface MetricOutput {
  /** The word in tables, `compare` and JSON: `fid`, `classAccuracy`, `psnr`. */
  readonly name: string
  readonly higherIsBetter: boolean
  readonly unit: string
  readonly range: readonly [number, number]
}

/**
 * All that makes two values comparable: names to plain values (feature network's digest, tap, sample counts,
 * reference digest and split, ...). Values with unlike identities are never compared.
 */
export type MetricIdentity = Readonly<Record<string, string | number | boolean>>

/** One batch to be judged. Images are float32 `[batch, height, width, channels]` in [-1, 1]. */
export interface JudgedBatch {
  readonly input: Tensor
  readonly output: Tensor
  readonly target: Tensor
  /** int32 `[batch, height, width]`; absent where the dataset has no label maps. */
  readonly labels?: Tensor
}

/** What a metric may use besides the batches. */
export interface MetricWorld {
  readonly dataset: OpenDataset
  readonly datasetDigest: string
  /** The trained judges that the metric asked for, by the names it gave them, with the SHA-256 of their weights. */
  readonly judges: Readonly<Record<string, { readonly player: Player; readonly digest: string }>>
}

/** Runs one metric over the batches of one evaluation. */
export interface Metering {
  update(batch: JudgedBatch): Promise<void>
  /** Values by output name. Throws one clear sentence when there is too little data. */
  compute(): Promise<{
    readonly values: Readonly<Record<string, number>>
    readonly identity: MetricIdentity
  }>
  dispose(): void
}

/** What a metric plug-in builds. */
export interface Metric {
  readonly name: string
  readonly outputs: readonly MetricOutput[]
  /** Whether it needs label maps. */
  readonly needsLabels: boolean
  /**
   * Networks that must be trained first, by the names of the slots of kind judge that they came in. Each becomes a
   * prerequisite trial of the plan, shared by all arms.
   */
  readonly judges: Readonly<Record<string, Judge>>
  begin(world: MetricWorld): Promise<Metering>
}

/** What the compiler knows of a metric. */
export interface MetricFacts {
  readonly needsLabels: boolean
}
