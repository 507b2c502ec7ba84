import type { Engine } from "@saddlepoint/engine/engine"
import type { OpenDataset } from "./dataset.ts"
import type { Stage } from "./game.ts"
import type { Player } from "./player.ts"

/** A network that a metric judges with (a feature network, a segmenter, a classifier). What a judge plug-in builds. */
export type Judge = TrainedJudge | GivenJudge

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

/** A judge whose weights come from a file. Its options must hold the digest of the weights: they are its identity. */
export interface GivenJudge {
  /** Mistakes that need a look at the disk (a missing file), as sentences; none when it can be opened. */
  missing(): Promise<readonly string[]>
  /** @param engine where it computes */
  open(engine: Engine): Promise<ReadyJudge>
  readonly task: string
}

/** A judge that can judge. */
export interface ReadyJudge {
  readonly player: Player
  /** SHA-256 of its weights. */
  readonly digest: string
}

export function isGiven(judge: Judge): judge is GivenJudge {
  return "open" in judge
}
