import type { ImageMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { domainFeatures } from "./judges/domainFeatures.ts"
import { kidBeside } from "./maths/features/kernelInceptionDistance.ts"
import { type Reference, type SetFacts, setMetric } from "./measures/setMetric.ts"

export interface KidOptions {
  /** The judge whose features are compared. */
  readonly features?: Use<"judge">
}

export const kidPlugin: Plugin<"metric", ImageMetric> = setMetric({
  plugin: "kid",
  version: 2,
  mostReal: 10_000,
  outputs: [{ name: "kid", higherIsBetter: false, unit: "", range: [-Number.MAX_VALUE, Number.MAX_VALUE] }],
  options: {},
  slot: { name: "features", default: domainFeatures(), tap: "features" },
  conventions: () => ({
    kernel: "(x.y / features + 1)^3",
    estimator: "unbiased, over all pairs of both sets, float64",
  }),
  least: () => 2,
  reference(real) {
    const beside = kidBeside(real)
    const measured: Reference = (generated) => ({ kid: beside.of(generated) })
    measured.resampled = (generated, counts) => beside.ofCounted(generated, counts).map((kid) => ({ kid }))
    return measured
  },
})

/**
 * Kernel inception distance (Binkowski et al. 2018) between the features of the generated test images and those of all real
 * training images, or 10,000 of them, evenly spread: the unbiased estimate over all pairs, without subsets, so nothing is drawn. Lower is better; it may
 * be slightly negative. Unlike `fid` it has no bias that depends on the number of images.
 */
export function kid(options: KidOptions = {}): Use<"metric", SetFacts<"kid">> {
  return use(kidPlugin, { ...options })
}
