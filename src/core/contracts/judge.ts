import type { OpenDataset } from "./dataset.ts"
import type { Stage } from "./game.ts"
import type { GivenNetwork } from "./givenNetwork.ts"

/** A network that a metric judges with (a feature network, a segmenter, a classifier). What a judge plug-in builds. */
export type Judge = TrainedJudge | GivenNetwork

/** A judge that is trained on the real training images first, as a game of one player and a trial of its own. */
export interface TrainedJudge {
  /** Training seed of the judge: its own, never a trial's. */
  readonly seed: number
  readonly steps: number
  /** The player that is kept. */
  readonly player: string
  stages(dataset: OpenDataset): readonly Stage[]
  /** The trained quality that the report shows beside the metric, e.g. held-out accuracy; may be left out. */
  readonly task: string
}

export function isGiven(judge: Judge): judge is GivenNetwork {
  return "open" in judge
}
