/** Eigenvalues and eigenvectors of a symmetric matrix, largest eigenvalue first. */
export interface SymmetricEigen {
  /** float64 `[size]`, descending. */
  readonly values: Float64Array
  /** float64 `[size, size]`, row-major: the eigenvectors, of length 1, as columns. */
  readonly vectors: Float64Array
}

/** Sweeps over all pairs; convergence is quadratic, and ten are already unusual. */
const mostSweeps = 60

/**
 * Eigenvalues and eigenvectors by the cyclic Jacobi method (Golub and Van Loan, Matrix Computations, 4th edition,
 * algorithm 8.5.3). Its cost grows with the cube of the size, times the sweeps: for matrices of some dozens of rows.
 *
 * @param matrix float64 `[size, size]`, row-major; its lower half must mirror the upper one
 * @throws one sentence where an entry is not finite
 */
export function jacobi(matrix: Float64Array, size: number): SymmetricEigen {
  if (!matrix.every(Number.isFinite)) {
    throw new RangeError("Expected a matrix of finite numbers for its eigenvectors, but one is not finite.")
  }
  const a = Float64Array.from(matrix)
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  const negligible = Number.EPSILON * Math.sqrt(a.reduce((sum, value) => sum + value * value, 0))
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let turned = false
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(a[p * size + q]!) <= negligible / size) continue
        rotate(a, v, size, p, q)
        turned = true
      }
    }
    if (!turned) break
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j]! - a[i * size + i]!)
  const vectors = new Float64Array(size * size)
  for (const [column, from] of order.entries()) {
    for (let row = 0; row < size; row++) vectors[row * size + column] = v[row * size + from]!
  }
  return { values: Float64Array.from(order, (i) => a[i * size + i]!), vectors }
}

/** Turns the plane of two axes so that the entry between them becomes zero. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const tau = (a[q * size + q]! - a[p * size + p]!) / (2 * a[p * size + q]!)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  for (let k = 0; k < size; k++) {
    const [kp, kq] = [a[k * size + p]!, a[k * size + q]!]
    a[k * size + p] = c * kp - s * kq
    a[k * size + q] = s * kp + c * kq
  }
  for (let k = 0; k < size; k++) {
    const [pk, qk] = [a[p * size + k]!, a[q * size + k]!]
    a[p * size + k] = c * pk - s * qk
    a[q * size + k] = s * pk + c * qk
  }
  for (let k = 0; k < size; k++) {
    const [kp, kq] = [v[k * size + p]!, v[k * size + q]!]
    v[k * size + p] = c * kp - s * kq
    v[k * size + q] = s * kp + c * kq
  }
}
