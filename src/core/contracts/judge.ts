import type { OpenDataset } from "./dataset.ts"
import type { Stage } from "./game.ts"
import type { GivenNetwork } from "./givenNetwork.ts"
import type { Player } from "./player.ts"

/** A network that a metric judges with (a feature network, a segmenter, a classifier). What a judge plug-in builds. */
export type Judge = TrainedJudge | GivenNetwork

/** A judge that is trained on the real training images first, as a game of one player and a trial of its own. */
export interface TrainedJudge {
  /** Training seed of the judge: its own, never a trial's. */
  readonly seed: number
  readonly steps: number
  /** The player that is kept. */
  readonly player: string
  /** @throws one sentence where there is nothing to learn from, which a plan tells */
  stages(dataset: OpenDataset): readonly Stage[]
  /** How many features its player gives on a dataset; absent where nobody knows before it is trained. */
  features?(dataset: OpenDataset): number
  /** What it learns, as identities name it, e.g. "the class of an image, by cross-entropy, on real training images". */
  readonly task: string
  /**
   * Examines the trained player once, on real images that it was not trained on; a pure function of its weights and the
   * dataset. A judge below its bar refuses to judge: its trial ends with a sentence and without a result.
   * @throws one sentence where the dataset has no such images
   */
  exam(player: Player, dataset: OpenDataset): Promise<ExamResult>
}

/** How well a judge learnt its task, in numbers that can be read beside each other; higher is better. */
export interface ExamResult {
  /** What the value is, to stand before it: `accuracy of classes`. */
  readonly score: string
  /** In the score's natural unit: of an accuracy a share in [0, 1]. */
  readonly value: number
  /** What guessing scores. */
  readonly chance: number
  /** The bar, in the same unit: the least value with which it judges. */
  readonly atLeast: number
  /** The images that it was examined on: how many, and of which split. */
  readonly images: number
  readonly split: "validation" | "test"
}

export function isGiven(judge: Judge): judge is GivenNetwork {
  return "open" in judge
}
