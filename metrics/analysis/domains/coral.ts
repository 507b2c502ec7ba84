import { addVectors, type Moments, noMoments, settledMoments } from "../../maths/features/moments.ts"

/**
 * CORAL distance of two domains (Sun and Saenko 2016, equation 1): `|C_s - C_t|_F^2 / (4 d^2)`, covariances with
 * `n - 1` in the denominator. Means play no part in it. The moments may be gathered batch by batch.
 */
export function coralDistance(source: Moments, target: Moments): number {
  const size = source.mean.length
  if (target.mean.length !== size) {
    throw new RangeError(
      `Expected features of one size for CORAL, but got ${size} and ${target.mean.length}; use one tap of one network.`,
    )
  }
  let sum = 0
  for (let i = 0; i < size * size; i++) sum += (source.covariance[i]! - target.covariance[i]!) ** 2
  return sum / (4 * size * size)
}

/** `coralDistance` of two samples `[rows, size]`, row-major, with at least two rows each. */
export function coralOfSamples(source: Float64Array, target: Float64Array, size: number): number {
  const moments = (rows: Float64Array) => settledMoments(addVectors(noMoments(size), rows))
  return coralDistance(moments(source), moments(target))
}
