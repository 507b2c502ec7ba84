import type { OpenDataset } from "./dataset.ts"
import type { Stage } from "./game.ts"

/**
 * A network that a metric judges with (a feature network, a segmenter), trained on the real training images as a
 * game of one player. What a judge plug-in builds.
 */
export interface Judge {
  /** Training seed of the judge: its own, never a trial's. */
  readonly seed: number
  readonly steps: number
  /** The player that is kept. */
  readonly player: string
  stages(dataset: OpenDataset): readonly Stage[]
  /** The trained quality that the report shows beside the metric, e.g. held-out accuracy; may be left out. */
  readonly task: string
}
