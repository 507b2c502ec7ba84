import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { meanSquaredDifference } from "./maths/images/meanDifferences.ts"
import { type PairFacts, pairMetric } from "./measures/pairMetric.ts"

export const meanSquaredErrorPlugin: Plugin<"metric", PairMetric> = pairMetric({
  plugin: "meanSquaredError",
  version: 1,
  output: { name: "l2", higherIsBetter: false, unit: "half ranges squared", range: [0, 4] },
  measure: () => ({
    conventions: { values: "-1..1", reduction: "mean of squares over pixels and channels, then over images" },
    perImage: meanSquaredDifference,
  }),
})

/** Mean squared error between outputs and targets with values in [-1, 1]; its output is `l2`, in [0, 4], lower is better. */
export function meanSquaredError(): Use<"metric", PairFacts<"l2">> {
  return use(meanSquaredErrorPlugin)
}
