import { symmetricBand } from "./symmetricBand.ts"
import { type Tridiagonal, tridiagonal } from "./tridiagonal.ts"

/** Width of the band between the two stages: wider ones make better products of matrices, and more work in JavaScript. */
const bandWidth = 32

/** Steps of the iteration that one eigenvalue may take; two are usual. */
const mostSteps = 60

/**
 * Eigenvalues of a symmetric matrix in no particular order, float64 `[size]`: reduction to a band, then to
 * three diagonals, then the implicit QL iteration. Absolute error of a few `2^-52 * largest`.
 *
 * @param matrix float64 `[size, size]`, row-major; symmetric; left alone
 * @throws one sentence when a value is not finite
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  if (!matrix.every(Number.isFinite)) {
    throw new RangeError("Expected a matrix of finite numbers for its eigenvalues, but one is not finite.")
  }
  return tridiagonalEigenvalues(
    tridiagonal(symmetricBand(matrix, size, Math.max(1, Math.min(bandWidth, size - 1)))),
  )
}

/**
 * Eigenvalues of a symmetric tridiagonal matrix by the QL iteration with implicit shifts (Dubrulle, Martin and Wilkinson
 * 1968; EISPACK's imtql1), which keeps small eigenvalues of graded matrices.
 */
export function tridiagonalEigenvalues({ diagonal, beside }: Tridiagonal): Float64Array {
  const size = diagonal.length
  // The sweep squares entries. A power of 2 rounds nothing.
  let largest = 0
  for (const value of [...diagonal, ...beside]) largest = Math.max(largest, Math.abs(value))
  const unit = largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))))
  const d = diagonal.map((value) => value / unit)
  const e = beside.map((value) => value / unit)
  for (let l = 0; l < size; l++) {
    for (let step = 0; ; step++) {
      let m = l
      for (; m < size - 1; m++) {
        const scale = Math.abs(d[m]!) + Math.abs(d[m + 1]!)
        if (scale + Math.abs(e[m]!) === scale) break
      }
      if (m === l) break
      if (step === mostSteps)
        throw new Error(`Expected eigenvalue ${l} of ${size} within ${mostSteps} steps.`)
      sweep(d, e, l, m)
    }
  }
  return d.map((value) => value * unit)
}

/** One QL sweep over entries `l` to `m`, shifted by the eigenvalue of the upper 2x2 block that is nearer to `d[l]`. */
function sweep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!)
  let r = Math.hypot(g, 1)
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r))
  let s = 1
  let c = 1
  let p = 0
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!
    const b = c * e[i]!
    r = Math.sqrt(f * f + g * g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1]! - p
    r = (d[i]! - g) * s + 2 * c * b
    p = s * r
    d[i + 1] = g + p
    g = c * r - b
  }
  d[l]! -= p
  e[l] = g
  e[m] = 0
}
