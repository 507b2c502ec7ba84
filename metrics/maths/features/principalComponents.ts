import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { stream } from "@saddlepoint/engine/random"
import { jacobi } from "../linear/jacobi.ts"
import { centred } from "./moments.ts"

/** Rows seen in the directions of their largest variance. */
export interface PrincipalComponents {
  /** float64 `[rows, count]`, row-major: the coordinates of the centred rows. */
  readonly scores: Float64Array
  /** float64 `[count, size]`, row-major: the directions, of length 1; any direction, or zeros, where nothing varies. */
  readonly directions: Float64Array
  /** Share of the total variance along each direction, in [0, 1], descending; zeros where nothing varies. */
  readonly shares: Float64Array
}

/** Columns beside the wanted ones, so that the iteration converges by the ratio to a much later eigenvalue. */
const spareColumns = 10
/** Where this many iterations do not settle the last bits, variances are equal so nearly that any of their directions will do. */
const mostIterations = 300

/**
 * The first principal components of rows: eigenvectors of their covariance, by subspace iteration with Rayleigh-Ritz
 * steps (Halko, Martinsson and Tropp 2011, algorithm 4.4) from seeded normal directions, on the smaller of covariance and
 * Gram matrix. The largest entry of every direction is positive, so that the sign is no accident.
 *
 * @param rows float64 or float32 `[rows, size]`, row-major; at least 2 rows of finite numbers
 * @param count of components wanted, at most `size`
 */
export function principalComponents(
  rows: Float32Array | Float64Array,
  size: number,
  count: number,
): PrincipalComponents {
  const height = rows.length / size
  if (!Number.isInteger(height) || height < 2 || count < 1 || count > size) {
    throw new RangeError(
      `Expected at least 2 rows of ${size} numbers and 1 to ${size} components, but got ${rows.length} numbers and ${count} components.`,
    )
  }
  const mean = new Float64Array(size)
  for (let at = 0; at < rows.length; at++) mean[at % size]! += rows[at]! / height
  const deviations = centred(rows, mean)
  const total = deviations.reduce((sum, value) => sum + value * value, 0)
  if (!Number.isFinite(total)) {
    throw new RangeError("Expected rows of finite numbers for principal components, but one is not finite.")
  }
  const directions = new Float64Array(count * size)
  const shares = new Float64Array(count)
  if (total > 0) {
    const { values, columns, width } = leading(deviations, height, size, count)
    for (let k = 0; k < count; k++) {
      shares[k] = k < width ? Math.max(0, values[k]!) / total : 0
      if (k < width) directions.set(unit(columns, size, width, k), k * size)
    }
  }
  const scores = matrixProduct(deviations, directions, {
    rows: height,
    inner: size,
    columns: count,
    transposeB: true,
  })
  return { scores, directions, shares }
}

/** Eigenvalues of the scatter matrix, and their directions as columns `[size, width]`, of any length. */
function leading(deviations: Float64Array, height: number, size: number, count: number) {
  const tall = height > size
  const side = Math.min(height, size)
  const matrix = tall
    ? matrixProduct(deviations, deviations, { rows: size, inner: height, columns: size, transposeA: true })
    : matrixProduct(deviations, deviations, { rows: height, inner: size, columns: height, transposeB: true })
  const width = Math.min(side, count + spareColumns)
  const { values, basis } = subspace(matrix, side, width, Math.min(count, width))
  // An eigenvector u of X X^T is X^T u of X^T X.
  const columns = tall
    ? basis
    : matrixProduct(deviations, basis, { rows: size, inner: height, columns: width, transposeA: true })
  return { values, columns, width }
}

function subspace(matrix: Float64Array, side: number, width: number, wanted: number) {
  const form = { rows: side, inner: side, columns: width }
  const draws = stream(0, "principalComponents")
  let basis = orthonormal(
    Float64Array.from({ length: side * width }, () => draws.normal()),
    side,
    width,
  )
  for (let iteration = 1; ; iteration++) {
    const image = matrixProduct(matrix, basis, form)
    const small = matrixProduct(basis, image, { rows: width, inner: side, columns: width, transposeA: true })
    const { values, vectors } = jacobi(symmetrised(small, width), width)
    const turn = { rows: side, inner: width, columns: width }
    const ritz = matrixProduct(basis, vectors, turn)
    const next = matrixProduct(image, vectors, turn)
    if (
      residual(next, ritz, values, side, width, wanted) <= 1e-12 * values[0]! ||
      iteration === mostIterations
    )
      return { values, basis: ritz }
    basis = orthonormal(next, side, width)
  }
}

/** Largest entry of `A v - value v` over the wanted columns. */
function residual(
  image: Float64Array,
  ritz: Float64Array,
  values: Float64Array,
  side: number,
  width: number,
  wanted: number,
): number {
  let largest = 0
  for (let row = 0; row < side; row++) {
    for (let k = 0; k < wanted; k++) {
      const at = row * width + k
      largest = Math.max(largest, Math.abs(image[at]! - values[k]! * ritz[at]!))
    }
  }
  return largest
}

function symmetrised(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((value, at) => (value + matrix[(at % size) * size + Math.floor(at / size)]!) / 2)
}

/** Orthonormal columns of the same span, by Gram and Schmidt's process done twice; a column that others span becomes zeros. */
function orthonormal(matrix: Float64Array, rows: number, width: number): Float64Array {
  const columns = Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: rows }, (_, row) => matrix[row * width + k]!),
  )
  for (const [k, column] of columns.entries()) {
    const before = length(column)
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of columns.slice(0, k)) {
        const along = dot(earlier, column)
        for (let row = 0; row < rows; row++) column[row]! -= along * earlier[row]!
      }
    }
    const left = length(column)
    const scale = left > 1e-14 * before ? 1 / left : 0
    for (let row = 0; row < rows; row++) column[row]! *= scale
  }
  return Float64Array.from({ length: rows * width }, (_, at) => columns[at % width]![Math.floor(at / width)]!)
}

/** A column at length 1, turned so that its largest entry is positive; zeros where it is of no length. */
function unit(columns: Float64Array, size: number, width: number, k: number): Float64Array {
  const column = Float64Array.from({ length: size }, (_, row) => columns[row * width + k]!)
  const largest = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
  const scale = largest === 0 ? 0 : Math.sign(largest) / length(column)
  return column.map((value) => value * scale)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const length = (column: Float64Array): number => Math.sqrt(dot(column, column))
