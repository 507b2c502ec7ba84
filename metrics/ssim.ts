import type { Metric } from "@saddlepoint/core/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import { type PairFacts, pairMetric } from "./pairMetric.ts"
import { ssimWindow, structuralSimilarity } from "./structuralSimilarity.ts"

export const ssimPlugin: Plugin<"metric", Metric> = pairMetric({
  plugin: "ssim",
  version: 1,
  output: { name: "ssim", higherIsBetter: true, unit: "", range: [-1, 1] },
  conventions: {
    values: "0..1",
    dataRange: 1,
    window: `Gaussian ${ssimWindow.side}x${ssimWindow.side}, sigma ${ssimWindow.sigma}`,
    border: "windows inside the image only",
    reduction: "mean over windows, then channels, then images",
  },
  perImage: (output, target, shape) => structuralSimilarity(toUnit(output), toUnit(target), shape, 1),
})

/**
 * Structural similarity between outputs and targets, as `structuralSimilarity` defines it, of the images brought from
 * [-1, 1] to [0, 1] (SSIM depends on where black is); in [-1, 1], higher is better. Sides must be 11 pixels or more.
 */
export function ssim(): Use<"metric", PairFacts> {
  return use(ssimPlugin)
}

function toUnit(values: Float32Array): Float64Array {
  const unit = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) unit[i] = (values[i]! + 1) / 2
  return unit
}
