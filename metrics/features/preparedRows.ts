import { matrixProduct } from "@saddlepoint/engine/matrix-product"
import { type FeatureRows, rowReader, rowsBetween } from "./featureRows.ts"

/** Vectors a side of one product: bounds its memory. */
const blockRows = 1024
/** Unit roundoff of float32. */
const unit = 2 ** -24

/**
 * A set prepared for exact comparisons of distances. Products of matrices in float32 tell most distances apart; those
 * within the products' error bound are decided by `squaredDistance`, which sums float64 differences and so knows zero from
 * nearly zero. The answers are those of float64 throughout, ties included, on any machine and for any cut into blocks.
 */
export interface PreparedRows {
  readonly rows: FeatureRows
  /** What is taken from every vector of both sets: distances stay, and the error bound shrinks. */
  readonly centre: Float64Array
  /** Squared lengths of the centred vectors as float32 has them, summed in float64. */
  readonly squares: Float64Array
  row(place: number): Float32Array | Float64Array
}

/** Prepares two sets of vectors about the mean of the first. */
export function prepareRows(a: FeatureRows, b: FeatureRows): readonly [PreparedRows, PreparedRows] {
  if (a.size !== b.size) {
    throw new RangeError(
      `Expected equally many features on both sides, but got ${a.size} and ${b.size}; ` +
        "features of one network and one tap are compared.",
    )
  }
  const centre = meanOfRows(a)
  return [prepare(a, centre), prepare(b, centre)]
}

function prepare(rows: FeatureRows, centre: Float64Array): PreparedRows {
  const squares = new Float64Array(rows.count)
  for (let start = 0; start < rows.count; start += blockRows) {
    const values = centredBlock(rows, centre, start, Math.min(rows.count, start + blockRows))
    for (let row = 0; row * rows.size < values.length; row++) {
      let sum = 0
      for (let i = row * rows.size; i < (row + 1) * rows.size; i++) sum += values[i]! ** 2
      squares[start + row] = sum
    }
  }
  return { rows, centre, squares, row: rowReader(rows) }
}

function meanOfRows({ size, count, blocks }: FeatureRows): Float64Array {
  const mean = new Float64Array(size)
  for (const block of blocks) {
    for (let start = 0; start < block.length; start += size) {
      for (let i = 0; i < size; i++) mean[i]! += block[start + i]!
    }
  }
  return mean.map((sum) => sum / count)
}

/** `|a - b|^2`, by float64 differences. */
export function squaredDistance(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!
    sum += difference * difference
  }
  return sum
}

/**
 * Visits pairs of a vector of `a` and one of `b` with bounds of their squared distance, in an order that depends on the
 * counts alone: every pair, or each pair of different vectors once where `a` and `b` are one set.
 *
 * The computed `|a|^2 + |b|^2 - 2 a.b` errs by at most a multiple of `|a|^2 + |b|^2`: an inner product of `size` terms,
 * summed in any order, errs by `size unit / (1 - size unit)` times `|a| |b|` (Higham 2002, section 3.1), and centring
 * and rounding to float32 move each vector by a few units.
 */
export function eachPair(
  a: PreparedRows,
  b: PreparedRows,
  visit: (i: number, j: number, low: number, high: number) => void,
): void {
  const size = a.rows.size
  const relative = ((size + 8) * unit) / (1 - (size + 8) * unit)
  // What underflow in float32 may take from a sum.
  const underflow = size * 2 ** -126
  const same = a === b
  for (let rowStart = 0; rowStart < a.rows.count; rowStart += blockRows) {
    const rows = Math.min(blockRows, a.rows.count - rowStart)
    const left = centredBlock(a.rows, a.centre, rowStart, rowStart + rows)
    for (let columnStart = same ? rowStart : 0; columnStart < b.rows.count; columnStart += blockRows) {
      const columns = Math.min(blockRows, b.rows.count - columnStart)
      const right = centredBlock(b.rows, b.centre, columnStart, columnStart + columns)
      const products = matrixProduct(left, right, { rows, inner: size, columns, transposeB: true })
      for (let row = 0; row < rows; row++) {
        const i = rowStart + row
        for (let column = same && rowStart === columnStart ? row + 1 : 0; column < columns; column++) {
          const j = columnStart + column
          const both = a.squares[i]! + b.squares[j]!
          const near = both - 2 * products[row * columns + column]!
          const bound = relative * both + underflow
          // A product that overflowed in float32 says nothing.
          if (Number.isFinite(near)) visit(i, j, near - bound, near + bound)
          else visit(i, j, 0, Number.POSITIVE_INFINITY)
        }
      }
    }
  }
}

function centredBlock(rows: FeatureRows, centre: Float64Array, start: number, end: number): Float32Array {
  const values = rowsBetween(rows, start, end)
  const centred = new Float32Array(values.length)
  for (let row = 0; row < values.length; row += rows.size) {
    for (let i = 0; i < rows.size; i++) centred[row + i] = values[row + i]! - centre[i]!
  }
  return centred
}
