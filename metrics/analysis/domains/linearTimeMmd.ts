import { type Kernel, kernelOfRows, rowsOf } from "../../maths/features/kernel.ts"

/** What the linear-time estimator has seen, in a form that more pairs can be added to. */
export interface RunningLinearTimeMmd {
  /** Pairs of rows of each sample. */
  readonly pairs: number
  /** Mean of the terms. */
  readonly mean: number
  /** Sum of squared deviations of the terms from their mean. */
  readonly scatter: number
}

/** The linear-time estimate and how much it varies. */
export interface LinearTimeMmd {
  /** Squared MMD; may be negative. */
  readonly value: number
  /** Sample variance of the terms, divisor `pairs - 1`. */
  readonly variance: number
  /** Standard error of `value`. */
  readonly standardError: number
  readonly pairs: number
}

/** Nothing seen. */
export function noLinearTimeMmd(): RunningLinearTimeMmd {
  return { pairs: 0, mean: 0, scatter: 0 }
}

/**
 * Adds rows of both samples, taken as consecutive pairs (0, 1), (2, 3), ...: the terms are
 * `k(x1, x2) + k(y1, y2) - k(x1, y2) - k(x2, y1)` (Gretton et al. 2012, JMLR 13, section 6).
 *
 * @param x, y `[rows, size]`, row-major, of equally many rows, an even number
 */
export function addLinearTimeMmd(
  running: RunningLinearTimeMmd,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: number,
  kernel: Kernel,
): RunningLinearTimeMmd {
  const rows = rowsOf(x, size, 0)
  if (rows !== rowsOf(y, size, 0) || rows % 2 !== 0) {
    throw new RangeError(
      `Expected equally many rows of both samples, in pairs, but got ${rows} and ${y.length / size}; leave the last ones out.`,
    )
  }
  let { pairs, mean, scatter } = running
  for (let i = 0; i < rows; i += 2) {
    const term =
      kernelOfRows(kernel, x, i, x, i + 1, size) +
      kernelOfRows(kernel, y, i, y, i + 1, size) -
      kernelOfRows(kernel, x, i, y, i + 1, size) -
      kernelOfRows(kernel, x, i + 1, y, i, size)
    pairs++
    const before = term - mean
    mean += before / pairs
    scatter += before * (term - mean)
  }
  return { pairs, mean, scatter }
}

/** Both sets of pairs together (Chan, Golub and LeVeque 1979). */
export function mergeLinearTimeMmd(a: RunningLinearTimeMmd, b: RunningLinearTimeMmd): RunningLinearTimeMmd {
  if (a.pairs === 0) return b
  if (b.pairs === 0) return a
  const pairs = a.pairs + b.pairs
  const shift = b.mean - a.mean
  const share = b.pairs / pairs
  return {
    pairs,
    mean: a.mean + shift * share,
    scatter: a.scatter + b.scatter + shift ** 2 * a.pairs * share,
  }
}

/** The estimate. Throws one sentence with fewer than two pairs. */
export function settledLinearTimeMmd({ pairs, mean, scatter }: RunningLinearTimeMmd): LinearTimeMmd {
  if (pairs < 2) {
    throw new RangeError(
      `Expected at least 2 pairs of rows for linear-time MMD, but got ${pairs}; judge more samples.`,
    )
  }
  const variance = scatter / (pairs - 1)
  return { value: mean, variance, standardError: Math.sqrt(variance / pairs), pairs }
}

/**
 * Linear-time estimate of the squared MMD from all consecutive pairs of the shorter sample; rows without a partner are
 * left out. See `addLinearTimeMmd`.
 */
export function linearTimeMmd(x: Float64Array, y: Float64Array, size: number, kernel: Kernel): LinearTimeMmd {
  const rows = 2 * Math.floor(Math.min(rowsOf(x, size, 0), rowsOf(y, size, 0)) / 2)
  const [first, second] = [x.subarray(0, rows * size), y.subarray(0, rows * size)]
  return settledLinearTimeMmd(addLinearTimeMmd(noLinearTimeMmd(), first, second, size, kernel))
}
