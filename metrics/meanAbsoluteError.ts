import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { meanAbsoluteDifference } from "./maths/images/meanDifferences.ts"
import { type PairFacts, pairMetric } from "./measures/pairMetric.ts"

export const meanAbsoluteErrorPlugin: Plugin<"metric", PairMetric> = pairMetric({
  plugin: "meanAbsoluteError",
  version: 1,
  output: { name: "l1", higherIsBetter: false, unit: "half ranges", range: [0, 2] },
  measure: () => ({
    conventions: { values: "-1..1", reduction: "mean over pixels and channels, then over images" },
    perImage: meanAbsoluteDifference,
  }),
})

/** Mean absolute error between outputs and targets with values in [-1, 1]; its output is `l1`, in [0, 2], lower is better. */
export function meanAbsoluteError(): Use<"metric", PairFacts<"l1">> {
  return use(meanAbsoluteErrorPlugin)
}
