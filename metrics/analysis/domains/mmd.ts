import { type Kernel, kernelOfRows, rowsOf } from "../../maths/features/kernel.ts"

/**
 * Estimators of the squared MMD (Gretton et al. 2012, JMLR 13).
 * `biased`: the V-statistic (equation 5), never negative. `unbiased`: equal rows are left out within each sample
 * (equation 3). `uStatistic`: rows of equal index are left out between the samples as well (equation 4, torch-fidelity's
 * "u-statistic"); needs samples of equal size and is not invariant to the order of one of them.
 */
export type MmdEstimator = "biased" | "unbiased" | "uStatistic"

/** Rows of either sample that are compared at a time, so that they stay in the processor's cache. */
const block = 64

/**
 * Squared maximum mean discrepancy of two samples, in float64. Takes time `O((n + m)^2 d)` and constant memory: no
 * matrix of kernel values is kept.
 *
 * @param x, y `[n, size]` and `[m, size]`, row-major
 */
export function mmd(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: number,
  kernel: Kernel,
  estimator: MmdEstimator,
): number {
  const least = estimator === "biased" ? 1 : 2
  const n = rowsOf(x, size, least)
  const m = rowsOf(y, size, least)
  if (estimator === "uStatistic" && n !== m) {
    throw new RangeError(
      `Expected samples of equal size for the u-statistic of MMD, but got ${n} and ${m} rows; take the unbiased estimator.`,
    )
  }
  const between = sumBetween(kernel, x, n, y, m, size)
  if (estimator === "biased") {
    const withinX = 2 * sumAbove(kernel, x, n, size) + sumAlong(kernel, x, x, n, size)
    const withinY = 2 * sumAbove(kernel, y, m, size) + sumAlong(kernel, y, y, m, size)
    return withinX / (n * n) + withinY / (m * m) - (2 * between) / (n * m)
  }
  const within =
    (2 * sumAbove(kernel, x, n, size)) / (n * (n - 1)) + (2 * sumAbove(kernel, y, m, size)) / (m * (m - 1))
  return estimator === "unbiased"
    ? within - (2 * between) / (n * m)
    : within - (2 * (between - sumAlong(kernel, x, y, n, size))) / (n * (n - 1))
}

/** Sum of the kernel over all pairs of a row of `x` and a row of `y`. */
export function sumBetween(
  kernel: Kernel,
  x: ArrayLike<number>,
  n: number,
  y: ArrayLike<number>,
  m: number,
  size: number,
): number {
  let total = 0
  for (let top = 0; top < n; top += block) {
    for (let left = 0; left < m; left += block) {
      let sum = 0
      for (let i = top; i < Math.min(top + block, n); i++) {
        for (let j = left; j < Math.min(left + block, m); j++) sum += kernelOfRows(kernel, x, i, y, j, size)
      }
      total += sum
    }
  }
  return total
}

/** Sum of the kernel over all pairs of different rows, each pair once. */
export function sumAbove(kernel: Kernel, x: ArrayLike<number>, n: number, size: number): number {
  let total = 0
  for (let top = 0; top < n; top += block) {
    for (let left = top; left < n; left += block) {
      let sum = 0
      for (let i = top; i < Math.min(top + block, n); i++) {
        for (let j = Math.max(left, i + 1); j < Math.min(left + block, n); j++) {
          sum += kernelOfRows(kernel, x, i, x, j, size)
        }
      }
      total += sum
    }
  }
  return total
}

/** Sum of the kernel over rows of equal index. */
function sumAlong(
  kernel: Kernel,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  n: number,
  size: number,
): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += kernelOfRows(kernel, x, i, y, i, size)
  return sum
}
