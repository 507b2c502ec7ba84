import type { ImageMetric, MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { domainFeatures, imagesPerFeature } from "./judges/domainFeatures.ts"
import { frechetDistance } from "./maths/features/frechet.ts"
import { momentsOf } from "./maths/features/moments.ts"
import { type SetFacts, setMetric } from "./measures/setMetric.ts"

export interface FidOptions {
  /** The judge whose features are compared. */
  readonly features?: Use<"judge">
}

export const fidPlugin: Plugin<"metric", ImageMetric> = setMetric({
  plugin: "fid",
  version: 1,
  outputs: [{ name: "fid", higherIsBetter: false, unit: "", range: [0, Number.MAX_VALUE] }],
  options: {},
  slot: { name: "features", default: domainFeatures(), tap: "features" },
  conventions: () => ({ covariance: "float64, divided by n - 1" }),
  // Over a given network as the reference packages do: for any two images, with a word where they are few.
  least: (size, _options, judge) => (judge === "given" ? 2 : imagesPerFeature * size),
  caveat: (images, size): MetricIdentity =>
    images < imagesPerFeature * size ? { bias: "of few images; fidInfinity has none" } : {},
  reference(real) {
    const reference = momentsOf(real)
    // Rounding alone makes it negative, where the sets are equal.
    return (generated) => ({ fid: Math.max(0, frechetDistance(momentsOf(generated), reference)) })
  },
})

/**
 * Frechet distance (Heusel et al. 2017) between the features of the generated test images and those of all real
 * training images, over the features of a judge: by default one trained on this dataset, whose distances are never
 * comparable with those over Inception. Lower is better. Over features that were trained here it needs ten generated images per feature; over given ones any number, as the
 * reference packages do, and says so in its identity where they are fewer: the value is biased upwards by about a constant over their number, which `fidInfinity` takes out.
 */
export function fid(options: FidOptions = {}): Use<"metric", SetFacts<"fid">> {
  return use(fidPlugin, { ...options })
}
