import { gaussianSum, type Kernel, kernelOfRows, rowsOf } from "../../maths/features/kernel.ts"
import { sumAbove, sumBetween } from "./mmd.ts"

export interface MultiKernelMmdOptions {
  /** Each kernel's `sigma^2` is this times the mean squared distance. */
  readonly alphas: readonly number[]
  /** Whether to compare each row only with its neighbour, the last one with the first. */
  readonly linear: boolean
}

/**
 * The MK-MMD loss of the Transfer-Learning-Library (after Long et al. 2015, DAN), with its conventions: Gaussian
 * kernels with `sigma^2 = alpha * mean` of all `(2n)^2` squared distances of the pooled sample, the zero diagonal
 * included; weights of the kernel matrix held in float32; `2 / (n - 1)` added to keep it positive. Not an estimate of
 * the squared MMD: use `mmd` for that.
 *
 * @param x, y float64 `[n, size]`, row-major, of equally many rows
 */
export function multiKernelMmd(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: number,
  { alphas, linear }: MultiKernelMmdOptions,
): number {
  const n = rowsOf(x, size, 2)
  if (rowsOf(y, size, 2) !== n) {
    throw new RangeError(
      `Expected samples of equal size for MK-MMD, but got ${n} and ${y.length / size} rows; leave rows out or take the unbiased MMD.`,
    )
  }
  const spread = meanSquaredDistance(x, y, size)
  const kernel = gaussianSum(alphas.map((alpha) => Math.sqrt(alpha * spread)))
  const value = linear
    ? Math.fround(1 / n) * neighbours(x, y, n, size, kernel)
    : Math.fround(1 / (n * (n - 1))) * 2 * (sumAbove(kernel, x, n, size) + sumAbove(kernel, y, n, size)) -
      Math.fround(1 / (n * n)) * 2 * sumBetween(kernel, x, n, y, n, size)
  return value + 2 / (n - 1)
}

function neighbours(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  n: number,
  size: number,
  kernel: Kernel,
): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const next = (i + 1) % n
    sum += kernelOfRows(kernel, x, i, x, next, size) + kernelOfRows(kernel, y, i, y, next, size)
    sum -= kernelOfRows(kernel, x, i, y, next, size) + kernelOfRows(kernel, x, next, y, i, size)
  }
  return sum
}

/** Mean of `|z_i - z_j|^2` over all ordered pairs of pooled rows: twice the mean squared distance from their mean. */
function meanSquaredDistance(x: ArrayLike<number>, y: ArrayLike<number>, size: number): number {
  const rows = (x.length + y.length) / size
  const mean = new Float64Array(size)
  for (const part of [x, y]) {
    for (let i = 0; i < part.length; i++) mean[i % size]! += part[i]! / rows
  }
  let sum = 0
  for (const part of [x, y]) {
    for (let i = 0; i < part.length; i++) sum += (part[i]! - mean[i % size]!) ** 2
  }
  return (2 * sum) / rows
}
