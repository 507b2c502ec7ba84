import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { sumOfSingularValues } from "../linear/singularValues.ts"
import { symmetricEigenvalues } from "../linear/symmetricEigenvalues.ts"
import { symmetricFactor } from "../linear/symmetricFactor.ts"
import { addVectors, centred, type Moments, noMoments, settledMoments } from "./moments.ts"

/** The part of moments that the distance looks at. */
export type Gaussian = Pick<Moments, "mean" | "covariance">

/**
 * Squared Frechet distance between two Gaussians (Dowson and Landau 1982; FID: Heusel et al. 2017, equation 6):
 * `|mean1 - mean2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)`, in float64.
 *
 * The trace of the root is the sum of the roots of the eigenvalues of the symmetric matrix `B^T S2 B`, where
 * `S1 = B B^T`: those are the eigenvalues of `S1 S2`. No epsilon is added, singular covariances included. The raw
 * value is returned: for equal inputs it may be a negative number of the size of rounding.
 *
 * @throws one sentence when the sizes differ or a value is not finite
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const size = sameSize(a.mean.length, b.mean.length)
  let meanDistance = 0
  let traces = 0
  for (let i = 0; i < size; i++) {
    meanDistance += (a.mean[i]! - b.mean[i]!) ** 2
    traces += a.covariance[i * size + i]! + b.covariance[i * size + i]!
  }
  return meanDistance + traces - 2 * traceOfRoot(a.covariance, b.covariance, size)
}

/** Vectors of both sides together up to which singular values are taken: their cost grows with the cube of that number. */
const mostForSingularValues = 2500

/**
 * The same distance between the Gaussians of two sets of features. With no more vectors than features a side the covariances
 * are singular, and the trace of the root is taken as the sum of the singular values of `A B^T`, `A` and `B` the centred
 * features over the root of `count - 1`: exact at any rank, where moments lose half of the digits of the smallest. Beyond 2500 vectors in all moments are used there,
 * too: they err by about 1e-8 of the largest root.
 *
 * @param a, b `[vectors, size]`, row-major
 */
export function frechetDistanceOf(
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
  size: number,
): number {
  const [first, second] = [a, b].map((rows) => addVectors(noMoments(size), rows)) as [
    ReturnType<typeof noMoments>,
    ReturnType<typeof noMoments>,
  ]
  if (Math.max(first.count, second.count) > size || first.count + second.count > mostForSingularValues) {
    return frechetDistance(settledMoments(first), settledMoments(second))
  }
  const [left, right] = [settledMoments(first), settledMoments(second)]
  let rest = 0
  for (let i = 0; i < size; i++) {
    rest += (left.mean[i]! - right.mean[i]!) ** 2
    rest += left.covariance[i * size + i]! + right.covariance[i * size + i]!
  }
  const cross = matrixProduct(centred(a, left.mean), centred(b, right.mean), {
    rows: left.count,
    inner: size,
    columns: right.count,
    transposeB: true,
  })
  const scale = Math.sqrt((left.count - 1) * (right.count - 1))
  return rest - (2 * sumOfSingularValues(cross, left.count, right.count)) / scale
}

function sameSize(a: number, b: number): number {
  if (a !== b) {
    throw new RangeError(
      `Expected two Gaussians over equally many features, but got ${a} and ${b}; ` +
        "features of one network and one tap are compared.",
    )
  }
  return a
}

/** `tr (S1 S2)^(1/2)`. */
function traceOfRoot(first: Float64Array, second: Float64Array, size: number): number {
  if (!first.every(Number.isFinite) || !second.every(Number.isFinite)) {
    throw new RangeError(
      "Expected covariances of finite numbers, but one is not finite; look at the features.",
    )
  }
  const { values, rank } = betweenFactors(first, second, size)
  return sumOfRoots(symmetricEigenvalues(values, rank))
}

/** `B^T S2 B` with `S1 = B B^T`, `[rank, rank]`. By itself, so that the factor is no longer held when eigenvalues are sought. */
function betweenFactors(
  first: Float64Array,
  second: Float64Array,
  size: number,
): { readonly values: Float64Array; readonly rank: number } {
  const { factor, rank } = symmetricFactor(first, size)
  if (rank === 0) return { values: new Float64Array(), rank }
  const half = matrixProduct(second, factor, { rows: size, inner: size, columns: rank })
  const whole = matrixProduct(factor, half, { rows: rank, inner: size, columns: rank, transposeA: true })
  return { values: symmetric(whole, rank), rank }
}

/** Rounding makes the two halves of a product differ in the last bits. */
function symmetric(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (matrix[i * size + j]! + matrix[j * size + i]!) / 2
      matrix[i * size + j] = mean
      matrix[j * size + i] = mean
    }
  }
  return matrix
}

/** Sum of the roots of eigenvalues. Those below `size * 2^-52 * largest` are rounding, which a root would lift to 1e-8: they count as 0. */
function sumOfRoots(values: Float64Array): number {
  const noise = values.length * Number.EPSILON * values.reduce((a, b) => Math.max(a, b), 0)
  return values.reduce((sum, value) => (value > noise ? sum + Math.sqrt(value) : sum), 0)
}
