import type { Plane } from "./plane.ts"

/** Means over all windows. */
export interface PlaneSimilarity {
  /** SSIM: luminance times contrast and structure, in [-1, 1]. */
  readonly similarity: number
  /** Contrast and structure alone, in [-1, 1], as MS-SSIM takes it from all scales but the last. */
  readonly contrast: number
}

const k1 = 0.01
const k2 = 0.03

/**
 * SSIM and its contrast term (Wang, Bovik, Sheikh and Simoncelli 2004, equation 13), averaged over the windows wholly
 * inside two planes of one size; population covariance, K1 = 0.01, K2 = 0.03. The window goes along rows, then along
 * columns. Three sums of squares and products are enough: only the sum of the two variances occurs.
 *
 * @param weights window of at most the planes' sides
 * @param range from black to white
 */
export function planeSimilarity(
  { values: x, height, width }: Plane,
  { values: y }: Plane,
  weights: Float64Array,
  range: number,
): PlaneSimilarity {
  const c1 = (k1 * range) ** 2
  const c2 = (k2 * range) ** 2
  const columns = width - weights.length + 1
  const rows = height - weights.length + 1
  const squares = new Float64Array(width) // of one row: x^2 + y^2
  const products = new Float64Array(width) // x y
  const across = Array.from({ length: 4 }, () => new Float64Array(height * columns)) as Four
  for (let row = 0; row < height; row++) {
    const start = row * width
    for (let i = 0; i < width; i++) {
      const u = x[start + i]!
      const v = y[start + i]!
      squares[i] = u * u + v * v
      products[i] = u * v
    }
    const to = row * columns
    weightedSums(weights, x, start, 1, across[0], to, columns)
    weightedSums(weights, y, start, 1, across[1], to, columns)
    weightedSums(weights, squares, 0, 1, across[2], to, columns)
    weightedSums(weights, products, 0, 1, across[3], to, columns)
  }
  const [meansX, meansY, meansOfSquares, meansOfProducts] = Array.from(
    { length: 4 },
    () => new Float64Array(columns),
  ) as Four
  let similarity = 0
  let contrast = 0
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    weightedSums(weights, across[0], start, columns, meansX, 0, columns)
    weightedSums(weights, across[1], start, columns, meansY, 0, columns)
    weightedSums(weights, across[2], start, columns, meansOfSquares, 0, columns)
    weightedSums(weights, across[3], start, columns, meansOfProducts, 0, columns)
    for (let i = 0; i < columns; i++) {
      const product = meansX[i]! * meansY[i]!
      const square = meansX[i]! * meansX[i]! + meansY[i]! * meansY[i]!
      // Rounding may make variances slightly negative; where there is none, there is no covariance either.
      const variances = meansOfSquares[i]! - square
      const here = variances <= 0 ? 1 : (2 * (meansOfProducts[i]! - product) + c2) / (variances + c2)
      contrast += here
      similarity += ((2 * product + c1) / (square + c1)) * here
    }
  }
  return { similarity: similarity / (rows * columns), contrast: contrast / (rows * columns) }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array]

/**
 * `sums[to + i] = sum over k of weights[k] values[from + k step + i]` for `count` values of `i`, with weights that are
 * symmetric about the middle one. Two pairs of weights at a time, so that a sum is written once for four products.
 */
function weightedSums(
  weights: Float64Array,
  values: Float64Array,
  from: number,
  step: number,
  sums: Float64Array,
  to: number,
  count: number,
): void {
  const pairs = (weights.length - 1) / 2
  const middle = from + pairs * step
  const middleWeight = weights[pairs]!
  let pair = pairs % 2
  if (pair === 0) {
    for (let i = 0; i < count; i++) sums[to + i] = middleWeight * values[middle + i]!
  } else {
    const weight = weights[pairs - 1]!
    const before = middle - step
    const after = middle + step
    for (let i = 0; i < count; i++) {
      sums[to + i] = middleWeight * values[middle + i]! + weight * (values[before + i]! + values[after + i]!)
    }
  }
  for (; pair < pairs; pair += 2) {
    const inner = weights[pairs - pair - 1]!
    const outer = weights[pairs - pair - 2]!
    const a = middle - (pair + 1) * step
    const b = middle + (pair + 1) * step
    const c = a - step
    const d = b + step
    for (let i = 0; i < count; i++) {
      sums[to + i]! += inner * (values[a + i]! + values[b + i]!) + outer * (values[c + i]! + values[d + i]!)
    }
  }
}
