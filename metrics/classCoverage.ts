import type { ImageMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { domainClassifier } from "./judges/domainClassifier.ts"
import { type FeatureRows, rowsAt } from "./maths/features/featureRows.ts"
import { type SetFacts, setMetric } from "./measures/setMetric.ts"

export interface ClassCoverageOptions {
  /** The judge that tells the class of an image. */
  readonly classifier?: Use<"judge">
}

export const classCoveragePlugin: Plugin<"metric", ImageMetric> = setMetric({
  plugin: "classCoverage",
  version: 1,
  outputs: [
    { name: "classes", higherIsBetter: true, unit: "classes", range: [0, 100_000] },
    { name: "classKl", higherIsBetter: false, unit: "nats", range: [0, Number.MAX_VALUE] },
  ],
  options: {},
  slot: { name: "classifier", default: domainClassifier(), tap: "logits" },
  conventions: () => ({
    class: "the largest logit",
    against: "shares of real training images, by the same judge",
  }),
  least: () => 1,
  // Shares of classes need no more; every image would be looked at.
  mostReal: 10_000,
  reference(real) {
    const shares = classShares(real)
    return (generated) => {
      const own = classShares(generated)
      const found = own.filter((share) => share > 0).length
      // A class that no real image has counts as half of one.
      const kl = own.reduce((sum, share, at) => {
        return share === 0 ? sum : sum + share * Math.log(share / (shares[at]! || 0.5 / real.count))
      }, 0)
      return { classes: found, classKl: Math.max(0, kl) }
    }
  },
})

/**
 * What classes the generated images have, by a judge that classifies them: `classes`, how many have at least one image, and `classKl`, the
 * Kullback-Leibler divergence KL(shares of generated images || shares of real training images) in nats, as mode collapse is counted on stacked
 * MNIST (Srivastava et al. 2017, section 4.2). Both shares are the judge's, so that its mistakes are on both sides.
 */
export function classCoverage(
  options: ClassCoverageOptions = {},
): Use<"metric", SetFacts<"classes" | "classKl">> {
  return use(classCoveragePlugin, { ...options })
}

/** Share of the rows of logits whose largest is each. */
function classShares(logits: FeatureRows): number[] {
  const { size, count } = logits
  const values = rowsAt(
    logits,
    Array.from({ length: count }, (_, row) => row),
  )
  const counts = new Array<number>(size).fill(0)
  for (let row = 0; row < count; row++) {
    let found = 0
    for (let at = 1; at < size; at++) if (values[row * size + at]! > values[row * size + found]!) found = at
    counts[found]!++
  }
  return counts.map((one) => one / count)
}
