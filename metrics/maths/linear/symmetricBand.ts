import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { reflection } from "./reflection.ts"

/** The lower half of a symmetric band matrix, with room for as many diagonals again. */
export interface SymmetricBand {
  readonly size: number
  /** Diagonals below the main one. */
  readonly width: number
  /** Entry (row, column) at `bandIndex`; rows are contiguous. */
  readonly values: Float64Array
}

/** Where entry (row, column) of a band lies, for `0 <= row - column <= 2 width`. */
export function bandIndex(width: number, row: number, column: number): number {
  return 2 * width * (row + 1) + column
}

/** Rows of one product of the update: bounds its memory. */
const rowsAtOnce = 512

/**
 * A symmetric band matrix with the eigenvalues of a full one: block by block, the columns are brought to triangular form
 * below the band by reflections, and the rest of the matrix gets these from both sides as products of matrices (Bischof,
 * Lang and Sun 2000, first stage). Nearly all of the `4/3 size^3` operations are such products.
 *
 * @param matrix float64 `[size, size]`, row-major and symmetric; left alone
 */
export function symmetricBand(matrix: Float64Array, size: number, width: number): SymmetricBand {
  const values = new Float64Array((2 * width + 1) * (size + 1))
  let rest = matrix
  let into: Float64Array | undefined
  let start = 0
  for (; size - start > width + 1; start += width) {
    const extent = size - start
    keepBand(values, width, start, rest, extent, width)
    const block = triangularForm(rest, extent, width)
    for (let row = 0; row < Math.min(width, extent - width); row++) {
      for (let column = row; column < width; column++) {
        values[bandIndex(width, start + width + row, start + column)] = block.triangle[row * width + column]!
      }
    }
    into ??= new Float64Array((extent - width) ** 2)
    rest = reflectedRest(rest, into, extent, width, block)
  }
  keepBand(values, width, start, rest, size - start, size - start)
  return { size, width, values }
}

/** Copies the lower half of the first `count` rows and columns. */
function keepBand(
  values: Float64Array,
  width: number,
  start: number,
  rest: Float64Array,
  extent: number,
  count: number,
): void {
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      values[bandIndex(width, start + row, start + column)] = rest[row * extent + column]!
    }
  }
}

/** Reflections `I - V T V^T` that bring a block to triangular form. */
interface ReflectedBlock {
  /** V, `[rows, width]`, row-major: zero above the diagonal, one on it. */
  readonly vectors: Float64Array
  /** T, `[width, width]`, upper triangular (Schreiber and Van Loan 1989). */
  readonly factors: Float64Array
  /** What is left of the block: its first rows, `[width, width]`, upper triangular. */
  readonly triangle: Float64Array
}

/** Factorises the block of the first `width` columns below row `width`. */
function triangularForm(rest: Float64Array, extent: number, width: number): ReflectedBlock {
  const rows = extent - width
  // Column by column, so that a reflection runs along memory.
  const columns = Array.from({ length: width }, () => new Float64Array(rows))
  for (let row = 0; row < rows; row++) {
    const from = (width + row) * extent
    for (let column = 0; column < width; column++) columns[column]![row] = rest[from + column]!
  }
  const vectors = new Float64Array(rows * width)
  const factors = new Float64Array(width * width)
  const triangle = new Float64Array(width * width)
  const reflected: Float64Array[] = []
  for (let k = 0; k < width; k++) {
    const column = columns[k]!
    for (let row = 0; row < Math.min(k, rows); row++) triangle[row * width + k] = column[row]!
    if (k >= rows) continue
    const vector = column.subarray(k)
    const { factor, left } = reflection(vector, rows - k)
    triangle[k * width + k] = left
    for (let later = k + 1; later < width; later++) {
      const other = columns[later]!.subarray(k)
      const taken = factor * dot(vector, other)
      for (let i = 0; i < other.length; i++) other[i]! -= taken * vector[i]!
    }
    const overlaps = reflected.map((earlier, i) => dot(earlier.subarray(k - i), vector))
    for (let i = 0; i < k; i++) {
      let sum = 0
      for (let j = i; j < k; j++) sum += factors[i * width + j]! * overlaps[j]!
      factors[i * width + k] = -factor * sum
    }
    factors[k * width + k] = factor
    reflected.push(vector)
    for (let i = 0; i < vector.length; i++) vectors[(k + i) * width + k] = vector[i]!
  }
  return { vectors, factors, triangle }
}

function dot(a: Float64Array, b: Float64Array): number {
  let even = 0
  let odd = 0
  const pairs = a.length & ~1
  for (let i = 0; i < pairs; i += 2) {
    even += a[i]! * b[i]!
    odd += a[i + 1]! * b[i + 1]!
  }
  return pairs < a.length ? even + odd + a[pairs]! * b[pairs]! : even + odd
}

/**
 * The rest `R` of the matrix after reflections from both sides: `R - V W^T - W V^T` with `W = X - V (T^T V^T X) / 2`, `X = R V T`.
 * @param into where it is written; may be `whole`, for no entry is written before it is read
 */
function reflectedRest(
  whole: Float64Array,
  into: Float64Array,
  extent: number,
  width: number,
  { vectors, factors }: ReflectedBlock,
): Float64Array {
  const rows = extent - width
  // Over all columns of the matrix, so that its lower rows are used as they lie: V gets zeros on top.
  const padded = new Float64Array(extent * width)
  padded.set(vectors, width * width)
  const tall = { rows, columns: width }
  const times = matrixProduct(whole.subarray(width * extent), padded, { ...tall, inner: extent })
  const x = matrixProduct(times, factors, { ...tall, inner: width })
  const inner = matrixProduct(vectors, x, { rows: width, inner: rows, columns: width, transposeA: true })
  const middle = matrixProduct(factors, inner, {
    rows: width,
    inner: width,
    columns: width,
    transposeA: true,
  })
  const correction = matrixProduct(vectors, middle, { ...tall, inner: width })
  const left = new Float64Array(rows * 2 * width)
  const right = new Float64Array(rows * 2 * width)
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) {
      const at = row * width + k
      const to = row * 2 * width + k
      const w = x[at]! - correction[at]! / 2
      left[to] = vectors[at]!
      left[to + width] = w
      right[to] = w
      right[to + width] = vectors[at]!
    }
  }
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const last = Math.min(rows, first + rowsAtOnce)
    const taken = matrixProduct(left.subarray(first * 2 * width, last * 2 * width), right, {
      rows: last - first,
      inner: 2 * width,
      columns: rows,
      transposeB: true,
    })
    for (let row = first; row < last; row++) {
      const from = (width + row) * extent + width
      const its = (row - first) * rows
      for (let column = 0; column < rows; column++) {
        into[row * rows + column] = whole[from + column]! - taken[its + column]!
      }
    }
  }
  return into.subarray(0, rows * rows)
}
