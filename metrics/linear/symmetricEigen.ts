/** Eigenvalues of a symmetric matrix, in no particular order, with their unit eigenvectors. */
export interface SymmetricEigen {
  /** `[size]` */
  readonly values: Float64Array
  /** `[size, size]`, row-major: column `j` belongs to value `j`. */
  readonly vectors: Float64Array
}

const mostSweeps = 64

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, section 8.5). Takes `O(size^3)` per sweep and about eight sweeps; meant for up to a few hundred rows.
 *
 * @param matrix float64 `[size, size]`, row-major and symmetric; left alone
 * @throws when a value is not finite
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  if (!matrix.every(Number.isFinite)) {
    throw new RangeError("Expected a matrix of finite numbers for its eigenvalues, but one is not finite.")
  }
  const a = Float64Array.from(matrix)
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1
  const negligible = Number.EPSILON ** 2 * largestMagnitude(a)
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let rotated = false
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        const beside = Math.abs(a[p * size + q]!)
        const diagonal = Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!))
        // An entry this small changes no eigenvalue in float64, small ones included.
        if (beside <= Math.max(Number.EPSILON * diagonal, negligible)) continue
        rotate(a, vectors, size, p, q)
        rotated = true
      }
    }
    if (!rotated) break
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors }
}

/** One rotation that makes entry (p, q) zero. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const app = a[p * size + p]!
  const aqq = a[q * size + q]!
  const apq = a[p * size + q]!
  const theta = (aqq - app) / (2 * apq)
  // The smaller root of t^2 + 2 theta t - 1 = 0; hypot keeps a huge theta from overflowing.
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (let k = 0; k < size; k++) {
    if (k === p || k === q) continue
    const akp = a[k * size + p]!
    const akq = a[k * size + q]!
    const next = c * akp - s * akq
    const other = s * akp + c * akq
    a[k * size + p] = next
    a[p * size + k] = next
    a[k * size + q] = other
    a[q * size + k] = other
  }
  a[p * size + p] = app - t * apq
  a[q * size + q] = aqq + t * apq
  a[p * size + q] = 0
  a[q * size + p] = 0
  for (let k = 0; k < size; k++) {
    const vkp = vectors[k * size + p]!
    const vkq = vectors[k * size + q]!
    vectors[k * size + p] = c * vkp - s * vkq
    vectors[k * size + q] = s * vkp + c * vkq
  }
}

function largestMagnitude(values: Float64Array): number {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest
}
