import type { ImageMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { frechetInfinity } from "./analysis/samples/frechetInfinity.ts"
import { domainFeatures } from "./judges/domainFeatures.ts"
import { addRows, type FeatureRows, noRows, rowsAt } from "./maths/features/featureRows.ts"
import { momentsOf } from "./maths/features/moments.ts"
import { type SetFacts, setMetric } from "./measures/setMetric.ts"

export interface FidInfinityOptions {
  /** The judge whose features are compared. */
  readonly features?: Use<"judge">
}

/** Sizes of subsets through which the line is laid, as in the paper. */
const points = 15
/** Of the streams that draw the subsets: part of the protocol. */
const seed = 0

export const fidInfinityPlugin: Plugin<"metric", ImageMetric> = setMetric({
  plugin: "fidInfinity",
  version: 1,
  // The line's height at infinity may lie below 0, where there is hardly a distance.
  outputs: [
    {
      name: "fidInfinity",
      higherIsBetter: false,
      unit: "",
      range: [-Number.MAX_VALUE, Number.MAX_VALUE],
    },
  ],
  options: {},
  slot: { name: "features", default: domainFeatures(), tap: "features" },
  conventions: () => ({
    covariance: "float64, divided by n - 1",
    subsets: `${points}, the smallest of 5000 images or half of them, seed ${seed}`,
    line: "least squares in 1 / n",
  }),
  // Half of them, and as many sizes from there on.
  least: () => 2 * (points - 1),
  // A resampled set holds images twice, which is what the bias is made of.
  noise: false,
  reference(real) {
    const reference = momentsOf(real)
    return (generated) => ({
      fidInfinity: frechetInfinity(inOwnOrder(generated), reference, { seed, points }).value,
    })
  },
})

/** The rows by size, so that which of them a subset holds does not depend on the order in which images came. */
function inOwnOrder(rows: FeatureRows): FeatureRows {
  const whole = Array.from({ length: rows.count }, (_, at) => rowsAt(rows, Int32Array.of(at)))
  const places = whole.map((_, at) => at).sort((a, b) => compared(whole[a]!, whole[b]!))
  return addRows(noRows(rows.size), rowsAt(rows, Int32Array.from(places)))
}

function compared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at]) return a[at]! - b[at]!
  }
  return 0
}

/**
 * FID without the bias of the number of generated images (Chong and Forsyth 2020): distances of 15 subsets, fitted by a line in one over their
 * size, at infinity. To stand beside `fid` where test images are few for the features. Lower is better.
 */
export function fidInfinity(options: FidInfinityOptions = {}): Use<"metric", SetFacts> {
  return use(fidInfinityPlugin, { ...options })
}
