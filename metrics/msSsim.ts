import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import {
  msSsimWeights,
  multiScaleSimilarity,
  scalesThatFit,
  weightsOfScales,
} from "./maths/images/multiScaleSimilarity.ts"
import { gaussianWindow } from "./maths/images/ssimWindow.ts"
import type { SsimBorder } from "./maths/images/structuralSimilarity.ts"
import { toUnit } from "./maths/images/toUnit.ts"
import { type PairFacts, pairMetric } from "./measures/pairMetric.ts"
import { borderInWords, sigmaOption } from "./ssim.ts"

export interface MsSsimOptions {
  /** Number of scales, 1 to 5. Where left out, as many as the images allow, which the identity of each value tells. */
  readonly scales?: number
  /** Windows of the last scale; `valid` where left out. */
  readonly border?: SsimBorder
  /** Standard deviation of the Gaussian window in pixels; 1.5 where left out. */
  readonly sigma?: number
}

export const msSsimPlugin: Plugin<"metric", PairMetric> = pairMetric<MsSsimOptions>({
  plugin: "msSsim",
  version: 1,
  output: { name: "msSsim", higherIsBetter: true, unit: "", range: [0, 1] },
  options: {
    scales: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: msSsimWeights.length })),
    ),
    border: Schema.optionalKey(Schema.Literals(["valid", "reflect"])),
    sigma: sigmaOption,
  },
  measure({ scales, border = "valid", sigma = 1.5 }, shape) {
    const window = gaussianWindow(sigma)
    const taken = scales ?? Math.max(1, scalesThatFit(shape, window, msSsimWeights.length))
    const weights = weightsOfScales(taken)
    return {
      conventions: {
        values: "0..1",
        dataRange: 1,
        scales: taken,
        weights: weights.map((weight) => weight.toFixed(4)).join(" "),
        window: window.name,
        border: `${borderInWords[border]}, at the last scale`,
        negativeTerms: "relu",
        reduction: "product over scales of means over windows and channels, then mean over images",
      },
      perImage: (output, target) =>
        multiScaleSimilarity(toUnit(output), toUnit(target), shape, {
          range: 1,
          border,
          negative: "relu",
          weights,
          window,
        }),
    }
  },
})

/**
 * Multi-scale structural similarity between outputs and targets, as `multiScaleSimilarity` defines it, of the images
 * brought from [-1, 1] to [0, 1]; in [0, 1], higher is better. The usual five scales need sides of 176 pixels; with
 * fewer, the first weights are made to sum to 1. Negative terms count as 0.
 */
export function msSsim(options: Options<MsSsimOptions> = {}): Use<"metric", PairFacts<"msSsim">> {
  return use(msSsimPlugin, options)
}
