import type { Engine } from "@saddlepoint/engine/engine"
import type { LeftOut, Played } from "./compare.ts"
import type { Trajectory } from "./trajectory.ts"

/** Cases of one kind, and how this repository's code plays them. */
export interface Family {
  /** Throws one sentence when the case cannot be played. */
  play(recorded: Trajectory, engine: Engine): Promise<Played>
  /** What is on record of such a case and has no counterpart here. */
  readonly leaveOut: readonly LeftOut[]
}
