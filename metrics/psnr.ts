import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { meanSquaredDifference } from "./maths/images/meanDifferences.ts"
import { peakSignalToNoise } from "./maths/images/peakSignalToNoise.ts"
import { type PairFacts, pairMetric } from "./measures/pairMetric.ts"

/**
 * Smallest mean squared error that is distinguished from 0 (values in [-1, 1]). Equal images would have an infinite ratio, which
 * no table can hold; with this floor they have 106.02 dB.
 */
const smallestError = 1e-10

/** From black to white in [-1, 1]. */
const dataRange = 2

export interface PsnrOptions {
  /**
   * `global` (where left out): the squared error is averaged over the whole evaluation before the one logarithm, as
   * torchmetrics does by default. `perImage`: the mean of the images' ratios.
   */
  readonly reduction?: "global" | "perImage"
}

export const psnrPlugin: Plugin<"metric", PairMetric> = pairMetric<PsnrOptions>({
  plugin: "psnr",
  version: 1,
  output: {
    name: "psnr",
    higherIsBetter: true,
    unit: "dB",
    range: [0, peakSignalToNoise(smallestError, dataRange)],
  },
  options: { reduction: Schema.optionalKey(Schema.Literals(["global", "perImage"])) },
  measure({ reduction = "global" }) {
    const conventions = { values: "-1..1", dataRange, smallestError }
    if (reduction === "perImage") {
      return {
        conventions: { ...conventions, reduction: "logarithm for each image, then mean over images" },
        perImage: (output, target) => decibels(meanSquaredDifference(output, target)),
      }
    }
    return {
      conventions: { ...conventions, reduction: "mean squared error over all images, then one logarithm" },
      perImage: meanSquaredDifference,
      finish: decibels,
    }
  },
})

/**
 * Peak signal-to-noise ratio in decibels, on values in [-1, 1] with data range 2; higher is better. Equal images give
 * 106.02 dB, its ceiling.
 */
export function psnr(options: Options<PsnrOptions> = {}): Use<"metric", PairFacts<"psnr">> {
  return use(psnrPlugin, options)
}

function decibels(error: number): number {
  // NaN stays NaN, which the meter refuses.
  return peakSignalToNoise(Math.max(error, smallestError), dataRange)
}
