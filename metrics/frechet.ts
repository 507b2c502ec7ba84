import { cholesky } from "./linear/cholesky.ts"
import { congruence } from "./linear/congruence.ts"
import { symmetricEigen } from "./linear/symmetricEigen.ts"
import type { Moments } from "./moments.ts"

/** The part of moments that the distance looks at. */
export type Gaussian = Pick<Moments, "mean" | "covariance">

/**
 * Squared Frechet distance between two Gaussians (Dowson and Landau 1982; FID: Heusel et al. 2017, equation 6):
 * `|mean1 - mean2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)`, in float64.
 *
 * The trace of the root is the sum of the roots of the eigenvalues of the symmetric matrix `L^T S2 L`, where
 * `S1 = L L^T`: those are the eigenvalues of `S1 S2`. No epsilon is added, singular covariances included. The raw
 * value is returned: for equal inputs it may be a negative number of the size of rounding.
 *
 * @throws one sentence when the sizes differ or a value is not finite
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const size = a.mean.length
  if (b.mean.length !== size) {
    throw new RangeError(
      `Expected two Gaussians over equally many features, but got ${size} and ${b.mean.length}; ` +
        "features of one network and one tap are compared.",
    )
  }
  let apart = 0
  let traces = 0
  for (let i = 0; i < size; i++) {
    apart += (a.mean[i]! - b.mean[i]!) ** 2
    traces += a.covariance[i * size + i]! + b.covariance[i * size + i]!
  }
  return apart + traces - 2 * traceOfRoot(a.covariance, b.covariance, size)
}

/** `tr (S1 S2)^(1/2)`. */
function traceOfRoot(first: Float64Array, second: Float64Array, size: number): number {
  const factor = cholesky(first, size) ?? symmetricRoot(first, size)
  const { values } = symmetricEigen(congruence(factor, second, size), size)
  return rooted(values).reduce((sum, root) => sum + root, 0)
}

/** The symmetric root of a positive semidefinite matrix, for one that is singular and has no Cholesky factor. */
function symmetricRoot(matrix: Float64Array, size: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, size)
  const roots = rooted(values)
  const root = new Float64Array(size * size)
  for (let k = 0; k < size; k++) {
    if (roots[k] === 0) continue
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        root[i * size + j]! += vectors[i * size + k]! * roots[k]! * vectors[j * size + k]!
      }
    }
  }
  return root
}

/** Roots of eigenvalues. Those below `size * 2^-52 * largest` are rounding, which a root would lift to 1e-8: they count as 0. */
function rooted(values: Float64Array): Float64Array {
  const noise = values.length * Number.EPSILON * values.reduce((a, b) => Math.max(a, b), 0)
  return values.map((value) => (value > noise ? Math.sqrt(value) : 0))
}
