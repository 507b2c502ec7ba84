import { matrixProduct } from "@saddlepoint/engine/matrixProduct"

/** A factor `B` of a symmetric positive semidefinite matrix: `matrix = B B^T`. */
export interface SymmetricFactor {
  /** float64 `[size, rank]`, row-major */
  readonly factor: Float64Array
  /** Columns of the factor; below `size` where the matrix is singular in float64. */
  readonly rank: number
}

/** Columns that are factorised before the rest of the matrix is updated, by one product. */
const panel = 64

/** Rows of one product of the update: bounds its memory, and leaves out most of the upper half. */
const rowsAtOnce = 512

/**
 * Factorises a symmetric positive semidefinite matrix: Cholesky by panels (Golub and Van Loan, section 4.2.9), and with
 * complete pivoting (LAPACK's dpstrf) where a pivot is not above `size * 2^-52 * largest diagonal entry`, that is, where
 * the matrix is singular in float64; the factor then has as many columns as there are larger pivots.
 *
 * @param matrix float64 `[size, size]`, row-major and symmetric; left alone
 */
export function symmetricFactor(matrix: Float64Array, size: number): SymmetricFactor {
  let largest = 0
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!)
  const smallestPivot = size * Number.EPSILON * largest
  return cholesky(matrix, size, smallestPivot) ?? pivotedCholesky(matrix, size, smallestPivot)
}

function cholesky(matrix: Float64Array, size: number, smallestPivot: number): SymmetricFactor | undefined {
  const lower = Float64Array.from(matrix)
  for (let start = 0; start < size; start += panel) {
    const end = Math.min(size, start + panel)
    for (let column = start; column < end; column++) {
      const own = column * size
      for (let row = column; row < size; row++) {
        let value = lower[row * size + column]!
        for (let k = start; k < column; k++) value -= lower[row * size + k]! * lower[own + k]!
        if (row === column && !(value > smallestPivot)) return undefined
        lower[row * size + column] = row === column ? Math.sqrt(value) : value / lower[own + column]!
      }
    }
    const below = size - end
    if (below === 0) break
    const width = end - start
    const block = new Float64Array(below * width)
    for (let row = 0; row < below; row++) {
      block.set(lower.subarray((end + row) * size + start, (end + row) * size + end), row * width)
    }
    for (let from = 0; from < below; from += rowsAtOnce) {
      const to = Math.min(below, from + rowsAtOnce)
      const [left, right] = [block.subarray(from * width, to * width), block.subarray(0, to * width)]
      const taken = matrixProduct(left, right, {
        rows: to - from,
        inner: width,
        columns: to,
        transposeB: true,
      })
      for (let row = from; row < to; row++) {
        const own = (end + row) * size + end
        const its = (row - from) * to
        for (let column = 0; column <= row; column++) lower[own + column]! -= taken[its + column]!
      }
    }
  }
  for (let row = 0; row < size; row++) lower.fill(0, row * size + row + 1, (row + 1) * size)
  return { factor: lower, rank: size }
}

/** Takes the largest remaining diagonal entry as the next pivot, until none is above the smallest. */
function pivotedCholesky(matrix: Float64Array, size: number, smallestPivot: number): SymmetricFactor {
  const remaining = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!)
  const columns: Float64Array[] = []
  const used = new Uint8Array(size)
  for (;;) {
    let pivot = -1
    for (let i = 0; i < size; i++) {
      if (used[i] === 0 && remaining[i]! > (pivot < 0 ? smallestPivot : remaining[pivot]!)) pivot = i
    }
    if (pivot < 0) break
    used[pivot] = 1
    const column = new Float64Array(size)
    const root = Math.sqrt(remaining[pivot]!)
    for (let i = 0; i < size; i++) {
      if (used[i] === 1 && i !== pivot) continue
      let value = matrix[i * size + pivot]!
      for (const earlier of columns) value -= earlier[i]! * earlier[pivot]!
      column[i] = i === pivot ? root : value / root
      remaining[i]! -= column[i]! ** 2
    }
    columns.push(column)
  }
  const rank = columns.length
  const factor = new Float64Array(size * rank)
  columns.forEach((column, k) => {
    for (let i = 0; i < size; i++) factor[i * rank + k] = column[i]!
  })
  return { factor, rank }
}
