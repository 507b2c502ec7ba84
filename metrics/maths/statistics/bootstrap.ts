import type { Stream } from "@saddlepoint/engine/random"
import { mean, standardDeviation } from "./mean.ts"
import { normalCdf, normalQuantile } from "./normal.ts"
import { quantileOfSorted } from "./quantile.ts"

/** A statistic of a sample, of its resamples, and of the sample without each of its values in turn. */
export interface Bootstrapped {
  readonly estimate: number
  /** float64, in rising order. */
  readonly resampled: Float64Array
  readonly jackknife: readonly number[]
}

/**
 * - `percentile`: quantiles of the resamples.
 * - `basic`: those mirrored at the estimate.
 * - `norm`: the estimate and the resamples' standard deviation, taken as normal.
 * - `bc`: percentile, at shares corrected for the bias of the resamples' median.
 * - `bca`: corrected for skewness too, by the jackknife (B. Efron, J. Am. Stat. Assoc. 82, 1987).
 */
export type BootstrapMethod = "percentile" | "basic" | "norm" | "bc" | "bca"

/** Which values each resample takes: `repetitions` draws of `size` indices below `size`, with replacement. */
export function* resamplings(draws: Stream, size: number, repetitions: number): Generator<Uint32Array> {
  for (let i = 0; i < repetitions; i++) {
    yield Uint32Array.from({ length: size }, () => draws.integer(size))
  }
}

/**
 * Bootstraps a statistic of independent values (B. Efron, Ann. Stat. 7, 1979).
 * @param indices of the values in each resample, e.g. from `resamplings`
 */
export function bootstrap(
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  indices: Iterable<ArrayLike<number>>,
): Bootstrapped {
  if (values.length < 2) {
    throw new RangeError(`Expected at least two values to resample, but got ${values.length}.`)
  }
  const resampled: number[] = []
  for (const taken of indices) resampled.push(statistic(Array.from(taken, (i) => values[i]!)))
  return {
    estimate: statistic(values),
    resampled: Float64Array.from(resampled).sort(),
    jackknife: values.map((_, left) => statistic(values.filter((_, i) => i !== left))),
  }
}

/**
 * Interval with nominal confidence 1 - `alpha`. With few values it covers less: see `bootstrapCoverage.ts`.
 * @returns null where `bc` and `bca` have no correction: all resamples on one side of the estimate, or no spread
 */
export function bootstrapInterval(
  { estimate, resampled, jackknife }: Bootstrapped,
  alpha: number,
  method: BootstrapMethod,
): { readonly low: number; readonly high: number } | null {
  const between = (from: number, to: number) => ({
    low: quantileOfSorted(resampled, from),
    high: quantileOfSorted(resampled, to),
  })
  const plain = between(alpha / 2, 1 - alpha / 2)
  if (method === "percentile") return plain
  if (method === "basic") return { low: 2 * estimate - plain.high, high: 2 * estimate - plain.low }
  const z = -normalQuantile(alpha / 2)
  if (method === "norm") {
    // The population form, divisor n: of resamples there are as many as one likes.
    const values = [...resampled]
    const error = standardDeviation(values) * Math.sqrt((values.length - 1) / values.length)
    return { low: estimate - z * error, high: estimate + z * error }
  }
  const below = resampled.reduce((count, value) => (value < estimate ? count + 1 : count), 0)
  const bias = normalQuantile(below / resampled.length)
  const skew = method === "bc" ? 0 : acceleration(jackknife)
  if (!Number.isFinite(bias) || Number.isNaN(skew)) return null
  const share = (quantile: number) => normalCdf(bias + (bias + quantile) / (1 - skew * (bias + quantile)))
  return between(share(-z), share(z))
}

/** A sixth of the skewness of the jackknife's influences; NaN where they do not differ. */
function acceleration(jackknife: readonly number[]): number {
  const centre = mean(jackknife)
  let [squares, cubes] = [0, 0]
  for (const value of jackknife) {
    squares += (centre - value) ** 2
    cubes += (centre - value) ** 3
  }
  return cubes / (6 * squares ** 1.5)
}
