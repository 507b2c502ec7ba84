import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { gaussianWindow } from "./maths/images/ssimWindow.ts"
import { type SsimBorder, structuralSimilarity } from "./maths/images/structuralSimilarity.ts"
import { toUnit } from "./maths/images/toUnit.ts"
import { type PairFacts, pairMetric } from "./measures/pairMetric.ts"

export interface SsimMetricOptions {
  /** Which windows count; `valid` where left out. See `SsimBorder`. */
  readonly border?: SsimBorder
  /** Standard deviation of the Gaussian window in pixels, above 0; 1.5 where left out. Smaller ones suit small images. */
  readonly sigma?: number
}

/** The words for the borders in identities. */
export const borderInWords: Readonly<Record<SsimBorder, string>> = {
  valid: "windows inside the image only",
  reflect: "whole image, mirrored at its border",
}

/** Standard deviations of a Gaussian window that a definition may ask for, in pixels. */
export const sigmaOption = Schema.optionalKey(
  Schema.Finite.check(Schema.isBetween({ minimum: 0.15, maximum: 100 })),
)

export const ssimPlugin: Plugin<"metric", PairMetric> = pairMetric<SsimMetricOptions>({
  plugin: "ssim",
  version: 1,
  output: { name: "ssim", higherIsBetter: true, unit: "", range: [-1, 1] },
  options: { border: Schema.optionalKey(Schema.Literals(["valid", "reflect"])), sigma: sigmaOption },
  measure({ border = "valid", sigma = 1.5 }, shape) {
    const window = gaussianWindow(sigma)
    return {
      conventions: {
        values: "0..1",
        dataRange: 1,
        window: window.name,
        border: borderInWords[border],
        reduction: "mean over windows, then channels, then images",
      },
      perImage: (output, target) =>
        structuralSimilarity(toUnit(output), toUnit(target), shape, { range: 1, border, window }),
    }
  },
})

/**
 * Structural similarity between outputs and targets, as `structuralSimilarity` defines it, of the images brought from
 * [-1, 1] to [0, 1] (SSIM depends on where black is); in [-1, 1], higher is better. Sides must be at least the
 * window's, 11 pixels for the usual one.
 */
export function ssim(options: Options<SsimMetricOptions> = {}): Use<"metric", PairFacts<"ssim">> {
  return use(ssimPlugin, options)
}
