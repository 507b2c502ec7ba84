import type { Metric } from "@saddlepoint/core/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import { type PairFacts, pairMetric } from "./pairMetric.ts"

/**
 * Smallest mean squared error that is told from 0 (values in [-1, 1]). Equal images would have an infinite ratio, which
 * no table can hold; with this floor they have 106.02 dB.
 */
const smallestError = 1e-10

/** From black to white in [-1, 1]. */
const dataRange = 2

export const psnrPlugin: Plugin<"metric", Metric> = pairMetric({
  plugin: "psnr",
  version: 1,
  output: {
    name: "psnr",
    higherIsBetter: true,
    unit: "dB",
    range: [0, peakSignalToNoise(smallestError, dataRange)],
  },
  conventions: {
    values: "-1..1",
    dataRange,
    reduction: "mean squared error over all images, then one logarithm",
    smallestError,
  },
  perImage: meanSquaredDifference,
  finish: (error) => peakSignalToNoise(Math.max(error, smallestError), dataRange),
})

/**
 * Peak signal-to-noise ratio in decibels, on values in [-1, 1] with data range 2: the squared error is averaged over the
 * whole evaluation before the one logarithm, as torchmetrics does by default. Equal images give 106.02 dB, its ceiling.
 */
export function psnr(): Use<"metric", PairFacts> {
  return use(psnrPlugin)
}

/** `10 log10(range^2 / error)` in decibels; infinite for an error of 0. */
export function peakSignalToNoise(error: number, range: number): number {
  return 10 * Math.log10(range ** 2 / error)
}

/** Mean of `(a - b)^2`, in float64. */
export function meanSquaredDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum / a.length
}
