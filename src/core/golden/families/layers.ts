import type { Family } from "../format/family.ts"
import { pointsPlayed } from "../playing/point.ts"
import { batchNormPoints, layerPoints } from "./layerPoints.ts"
import { lossPoints } from "./lossPoints.ts"

const why = "this repository has no such layer or loss"

/** Layers and losses at a point, those that are here. */
export const layers: Family = {
  play: async (recorded) =>
    pointsPlayed({ ...layerPoints(recorded), ...batchNormPoints(recorded), ...lossPoints(recorded) }),
  leaveOut: [
    { kind: "losses", names: /./, why },
    { kind: "expect", names: /./, why },
  ],
}
