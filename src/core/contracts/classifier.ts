import type { Model, Player } from "./player.ts"

/**
 * A classifier in two parts, so that strategies of domain adaptation can work on the features between them. What it plays
 * by itself (`player`) are the features.
 */
export interface ClassifierModel extends Model {
  readonly part: "classifier"
  /** Features `[batch, size]` of images. */
  features(name: string, image: readonly number[], seed: number): Player
  /** Whether its features are normalised by statistics of batches, and keep moving averages of them. */
  readonly batchStatistics: boolean
  /** Number of features of an image. */
  size(image: readonly number[]): number
  /** Logits `[batch, classes]` of features. */
  head(name: string, image: readonly number[], classes: number, seed: number): Player
}
