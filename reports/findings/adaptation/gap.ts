import {
  type GapClosed,
  type GapRuns,
  gapClosedOverSeeds,
} from "@saddlepoint/metrics/maths/adaptation/gapClosed"
import { figure } from "../../writing/figure.ts"
import { type Arm, valuesOf } from "../study.ts"
import type { AdaptingArm } from "./adaptingArms.ts"

/** The metric output that the gap is one of. */
export const targetAccuracy = "targetAccuracy"

/** The share of the gap that an arm closed, or why there is none. */
export interface Gap {
  readonly closed?: GapClosed
  /** What is undefined and why, as a sentence; absent where share and interval are both known, and for bounds. */
  readonly sentence?: string
}

/** Share of the gap between the bounds, over the seeds that finished in all three arms, with its 95 % interval. */
export function gapOf({ arm, lower, upper }: AdaptingArm): Gap {
  if (arm === lower || arm === upper) return {}
  if (lower === undefined) {
    return { sentence: "no share, as the plan has no single baseline of the method sourceOnly to start from" }
  }
  if (upper === undefined) {
    return { sentence: "no share, as the plan has no single bound that was trained on the target's labels" }
  }
  const runs = pairedRuns(arm, lower, upper)
  if (runs.length === 0)
    return { sentence: "no share yet, as no seed has finished in the arm and both bounds" }
  const total = (which: "sourceOnly" | "targetOracle") => runs.reduce((sum, run) => sum + run[which], 0)
  if (total("targetOracle") <= total("sourceOnly")) {
    return {
      sentence: "the share is undefined, as the upper bound is not above the lower: there is no gap to close",
    }
  }
  const closed = gapClosedOverSeeds(runs, { alpha: 0.05, seed: 0 })
  if (closed.interval !== undefined) return { closed }
  return {
    closed,
    sentence:
      closed.seeds < 2
        ? "the share has no interval, as one seed gives none"
        : `the share has no interval, as in ${figure((100 * closed.withoutGap) / closed.resamples, 2)} % of the resampled seeds there is no gap`,
  }
}

function pairedRuns(arm: Arm, lower: Arm, upper: Arm): GapRuns[] {
  const bySeed = (of: Arm) => new Map(valuesOf(of, targetAccuracy).map(({ seed, value }) => [seed, value]))
  const [from, to] = [bySeed(lower), bySeed(upper)]
  return valuesOf(arm, targetAccuracy).flatMap(({ seed, value: adapted }) => {
    const [sourceOnly, targetOracle] = [from.get(seed), to.get(seed)]
    return sourceOnly === undefined || targetOracle === undefined
      ? []
      : [{ seed, sourceOnly, adapted, targetOracle }]
  })
}
