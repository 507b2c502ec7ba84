import { studentTQuantile } from "./studentT.ts"

/** Arithmetic mean, corrected for rounding by a second pass. Throws when there is no value. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Expected at least one value for a mean, but got none.")
  const rough = values.reduce((sum, value) => sum + value, 0) / values.length
  return rough + values.reduce((sum, value) => sum + (value - rough), 0) / values.length
}

/** Sample standard deviation (divisor n - 1). Throws with fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) {
    throw new RangeError(`Expected at least two values for a standard deviation, but got ${values.length}.`)
  }
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

/** Student's t interval of a mean. */
export interface MeanInterval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Interval that holds the mean with confidence 1 - `alpha`, for at least two independent, roughly normal values. */
export function meanInterval(values: readonly number[], alpha: number): MeanInterval {
  const centre = mean(values)
  const reach =
    (studentTQuantile(1 - alpha / 2, values.length - 1) * standardDeviation(values)) /
    Math.sqrt(values.length)
  return { mean: centre, low: centre - reach, high: centre + reach }
}
