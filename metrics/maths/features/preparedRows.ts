import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { type FeatureRows, rowReader } from "./featureRows.ts"

/** Vectors a side of one product: bounds its memory. */
const blockRows = 1024
/** Unit roundoff of float32. */
const unit = 2 ** -24

/**
 * A set prepared for exact comparisons of distances. Products of matrices in float32 order most distances; those
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
  const first = prepareAlone(a)
  return [first, prepareBeside(first, b)]
}

/** Prepares a set of vectors about its mean. */
export function prepareAlone(rows: FeatureRows): PreparedRows {
  return prepare(rows, meanOfRows(rows))
}

/** Prepares a set of vectors to be compared with one that was prepared before. */
export function prepareBeside(other: PreparedRows, rows: FeatureRows): PreparedRows {
  if (other.rows.size === rows.size) return prepare(rows, other.centre)
  throw new RangeError(
    `Expected equally many features on both sides, but got ${other.rows.size} and ${rows.size}; ` +
      "features of one network and one tap are compared.",
  )
}

function prepare(rows: FeatureRows, centre: Float64Array): PreparedRows {
  const row = rowReader(rows)
  const squares = new Float64Array(rows.count)
  const centred = new Float32Array(rows.size)
  for (let place = 0; place < rows.count; place++) {
    centre32(row(place), centre, centred, 0)
    let sum = 0
    for (let i = 0; i < rows.size; i++) sum += centred[i]! ** 2
    squares[place] = sum
  }
  return { rows, centre, squares, row }
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

/** Bounds of the squared distances of one vector to several others, one after the other. */
export interface DistanceRow {
  /** The vector of the first set. */
  readonly i: number
  /** The first of the others. */
  readonly start: number
  readonly count: number
  /** float64; the first `count` hold. Overwritten for the next row. */
  readonly lows: Float64Array
  readonly highs: Float64Array
}

/**
 * Visits all pairs of a vector of `a` and one of `b` with bounds of their squared distance, in an order that depends on the
 * counts alone: every pair, or each pair of different vectors once where `a` and `b` are one set.
 *
 * The computed `|a|^2 + |b|^2 - 2 a.b` errs by at most a multiple of `|a|^2 + |b|^2`: an inner product of `size` terms,
 * summed in any order, errs by `size unit / (1 - size unit)` times `|a| |b|` (Higham 2002, section 3.1), and centring
 * and rounding to float32 move each vector by a few units.
 */
export function eachRow(a: PreparedRows, b: PreparedRows, visit: (row: DistanceRow) => void): void {
  const size = a.rows.size
  const relative = ((size + 8) * unit) / (1 - (size + 8) * unit)
  // What underflow in float32 may take from twice a sum, even where its results are flushed to zero.
  const underflow = 2 * size * 2 ** -126
  const same = a === b
  const [roomOfA, roomOfB] = [blockOf(a), blockOf(b)]
  const lows = new Float64Array(blockRows)
  const highs = new Float64Array(blockRows)
  for (let rowStart = 0; rowStart < a.rows.count; rowStart += blockRows) {
    const rows = Math.min(blockRows, a.rows.count - rowStart)
    const left = centredBlock(a, rowStart, rowStart + rows, roomOfA)
    for (let columnStart = same ? rowStart : 0; columnStart < b.rows.count; columnStart += blockRows) {
      const columns = Math.min(blockRows, b.rows.count - columnStart)
      const diagonal = same && rowStart === columnStart
      const right = diagonal ? left : centredBlock(b, columnStart, columnStart + columns, roomOfB)
      const products = matrixProduct(left, right, { rows, inner: size, columns, transposeB: true })
      for (let row = 0; row < rows; row++) {
        const first = diagonal ? row + 1 : 0
        const own = a.squares[rowStart + row]!
        for (let column = first, at = 0; column < columns; column++, at++) {
          const both = own + b.squares[columnStart + column]!
          const near = both - 2 * products[row * columns + column]!
          const bound = relative * both + underflow
          lows[at] = near - bound
          highs[at] = near + bound
          // A product that overflowed in float32 says nothing.
          if (!(Math.abs(near) < Number.POSITIVE_INFINITY)) {
            lows[at] = 0
            highs[at] = Number.POSITIVE_INFINITY
          }
        }
        visit({ i: rowStart + row, start: columnStart + first, count: columns - first, lows, highs })
      }
    }
  }
}

/** Room for a block's centred vectors, which are float32 as the products are. */
function blockOf({ rows }: PreparedRows): Float32Array {
  return new Float32Array(Math.min(blockRows, rows.count) * rows.size)
}

/** Centres the vectors `start` to `end` into a block. */
function centredBlock(set: PreparedRows, start: number, end: number, block: Float32Array): Float32Array {
  const { size } = set.rows
  for (let place = start; place < end; place++) {
    centre32(set.row(place), set.centre, block, (place - start) * size)
  }
  return block.subarray(0, (end - start) * size)
}

function centre32(
  values: Float32Array | Float64Array,
  centre: Float64Array,
  into: Float32Array,
  at: number,
): void {
  for (let i = 0; i < values.length; i++) into[at + i] = values[i]! - centre[i]!
}
