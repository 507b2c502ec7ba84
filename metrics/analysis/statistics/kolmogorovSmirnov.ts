import type { TestResult } from "../../maths/statistics/alternative.ts"

/**
 * Exact two-sided Kolmogorov-Smirnov test of two independent samples: the largest gap D of their distribution functions,
 * and the chance of one at least as large. Counts lattice paths that reach the gap (J. Hodges, Arkiv foer Matematik 3,
 * 1958); with ties the p is an upper bound, as in SciPy. Takes n x m steps.
 */
export function kolmogorovSmirnov(first: readonly number[], second: readonly number[]): TestResult {
  const [n, m] = [first.length, second.length]
  if (n === 0 || m === 0) {
    throw new RangeError(`Expected two samples with values, but got ${n} and ${m} of them.`)
  }
  const a = first.toSorted((x, y) => x - y)
  const b = second.toSorted((x, y) => x - y)
  // In units of 1 / (n m), where all gaps are whole numbers.
  let gap = 0
  let [i, j] = [0, 0]
  while (i < n && j < m) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < n && a[i]! <= value) i++
    while (j < m && b[j]! <= value) j++
    gap = Math.max(gap, Math.abs(i * m - j * n))
  }
  return { statistic: gap / (n * m), pValue: reaching(gap, n, m) }
}

/** Chance that a random path from (0, 0) to (n, m) meets a point with |i m - j n| >= gap. */
function reaching(gap: number, n: number, m: number): number {
  // meets[j]: chance that a random path to (i, j) has met one; the last step came from the left with chance i / (i + j).
  const meets = new Float64Array(m + 1)
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= gap) meets[j] = 1
      else if (i + j > 0) meets[j] = (i * meets[j]! + (j > 0 ? j * meets[j - 1]! : 0)) / (i + j)
    }
  }
  return meets[m]!
}
