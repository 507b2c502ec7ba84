import { stream } from "@saddlepoint/engine/random"
import { meanInterval } from "../maths/statistics/mean.ts"
import { differenceIntervals, type Interval } from "../verdict/description.ts"
import { type ShapeName, shapes } from "./shapes.ts"

/** Share of studies whose interval of the paired mean difference holds the true one, which is zero. */
export interface Coverage {
  readonly shape: ShapeName
  readonly seeds: number
  readonly t: number
  readonly percentile: number
  readonly bca: number
}

/** Coverage of the intervals that verdicts show, for two arms of one distribution. */
export function coverage(
  shape: ShapeName,
  seeds: number,
  { repetitions, alpha }: { readonly repetitions: number; readonly alpha: number },
): Coverage {
  const draws = stream(0, "studies", "coverage", shape, seeds)
  const counts = { t: 0, percentile: 0, bca: 0 }
  const holdsZero = ({ low, high }: Interval) => low <= 0 && high >= 0
  for (let i = 0; i < repetitions; i++) {
    const differences = Array.from({ length: seeds }, () => shapes[shape](draws) - shapes[shape](draws))
    const { percentile, bca } = differenceIntervals(differences, alpha)
    if (holdsZero(meanInterval(differences, alpha))) counts.t++
    if (holdsZero(percentile)) counts.percentile++
    if (bca !== null && holdsZero(bca)) counts.bca++
  }
  return {
    shape,
    seeds,
    t: counts.t / repetitions,
    percentile: counts.percentile / repetitions,
    bca: counts.bca / repetitions,
  }
}
