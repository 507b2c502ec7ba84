import type { Field } from "./field.ts"
import type { Model, Player } from "./player.ts"

/**
 * A classifier in two parts, so that strategies of domain adaptation can work on the features between them. What it plays
 * by itself (`player`) are the features.
 */
export interface ClassifierModel extends Model {
  readonly part: "classifier"
  /** From `image` to `features`, `[batch, size]`. */
  features(name: string, image: Field, seed: number): Player
  /** Whether its features are normalised by statistics of batches, and keep moving averages of them. */
  readonly batchStatistics: boolean
  /** Number of features of an image. */
  size(image: Field): number
  /** From `features` to `classLogits`, `[batch, classes]`. */
  head(name: string, image: Field, classes: number, seed: number): Player
}
