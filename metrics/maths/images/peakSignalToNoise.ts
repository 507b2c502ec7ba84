import { meanSquaredDifference } from "./meanDifferences.ts"

/** `10 log10(range^2 / error)` in decibels; infinite for an error of 0. */
export function peakSignalToNoise(error: number, range: number): number {
  return 10 * Math.log10(range ** 2 / error)
}

export interface ImagesPsnrOptions {
  /** From black to white; or `[black, white]`, to which the values are clamped first (torchmetrics' tuple). */
  readonly range: number | readonly [number, number]
  /** `global`: mean squared error over all images, then one logarithm. `perImage`: one ratio for each image, then their mean. */
  readonly reduction: "global" | "perImage"
  /** Numbers in one image. */
  readonly imageSize: number
}

/**
 * Peak signal-to-noise ratio of a set of images, in decibels and in float64; infinite where images are equal.
 *
 * @param a, b `[images, ...]`, row-major
 */
export function imagesPsnr(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { range, reduction, imageSize }: ImagesPsnrOptions,
): number {
  if (a.length !== b.length || a.length === 0 || a.length % imageSize !== 0) {
    throw new RangeError(
      `Expected two equally large sets of images of ${imageSize} numbers, but got ${a.length} and ${b.length} numbers.`,
    )
  }
  const errors: number[] = []
  for (let start = 0; start < a.length; start += imageSize) {
    const image = (values: ArrayLike<number>) => {
      const own = Float64Array.from({ length: imageSize }, (_, i) => values[start + i]!)
      return typeof range === "number"
        ? own
        : own.map((value) => Math.min(Math.max(value, range[0]), range[1]))
    }
    errors.push(meanSquaredDifference(image(a), image(b)))
  }
  const width = typeof range === "number" ? range : range[1] - range[0]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  if (reduction === "global") return peakSignalToNoise(mean(errors), width)
  return mean(errors.map((error) => peakSignalToNoise(error, width)))
}
