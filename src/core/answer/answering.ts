import type { Engine, StepSources } from "@saddlepoint/engine/engine"
import type { Tensor } from "@saddlepoint/engine/tf"
import type { OpenDataset } from "../contracts/dataset.ts"
import type { Players } from "../contracts/game.ts"
import type { Method } from "../contracts/method.ts"
import type { ClassifiedBatch, ImageBatch, PairBatch, PointBatch } from "../contracts/metric.ts"
import type { Plugin } from "../contracts/plugin.ts"

/** Where answers are asked for. */
export interface AnswerWorld {
  readonly dataset: OpenDataset
  readonly engine: Engine
  readonly random: StepSources["random"]
}

/** A batch as metrics see it. */
export type JudgedBatch = ImageBatch | PairBatch | PointBatch | ClassifiedBatch

/**
 * Sees a batch of answers as metrics do, and as it is to be looked at: `output` and, by the kind of answer, `input`, `target`,
 * `label`, or the images of a domain as `source` or `target`. Must not keep the tensors.
 */
export type Visit = (
  judged: JudgedBatch,
  seen: Readonly<Record<string, Tensor>>,
  index: number,
) => Promise<void>

/** How one kind of answer is asked for. */
export interface Answering<M extends Method = Method> {
  /** The players that answer, where the method declares a choice among several; the given ones where left out. */
  choose?(method: M, players: Players, world: AnswerWorld): Promise<Players>
  /** Batches that will be visited. */
  batches(method: M, dataset: OpenDataset): number
  /** Answers everything that is to be judged, in its order, once. */
  play(method: M, players: Players, world: AnswerWorld, visit: Visit): Promise<void>
  /** Methods that learn nothing and answer with known quality; none where nothing is known of this kind of answer. */
  readonly controls: readonly Plugin<"method", Method>[]
}

/** Answers per batch. Part of the protocol: a generator with batch statistics sees this many at once. */
export const evaluationBatch = 32
