import type { Alternative, TestResult } from "../../maths/statistics/alternative.ts"
import { normalUpperTail } from "../../maths/statistics/normal.ts"
import { midranks, tieCorrection } from "./ranks.ts"

/** Additions that an exact test may take: some seconds. */
const MOST_ADDITIONS = 4e9

export interface MannWhitneyOptions {
  /** Default `two-sided`; `greater`: the first sample tends to be larger. */
  readonly alternative?: Alternative
  /** `exact` (the default) counts all ways to deal the ranks; `asymptotic` takes U as normal, with the tie correction. */
  readonly method?: "exact" | "asymptotic"
  /** Half a step towards the centre, with `asymptotic`; default true. */
  readonly continuity?: boolean
}

/**
 * Mann-Whitney U test of two independent samples (H. Mann and D. Whitney, Ann. Math. Stat. 18, 1947), with the
 * conventions of SciPy: the statistic is U of the first sample, i.e. the number of pairs in which it is larger, ties half.
 * The exact distribution is that of dealing the pooled midranks, so that it holds with ties too.
 *
 * @throws RangeError when a sample is empty, or an exact test would take more than some seconds
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  { alternative = "two-sided", method = "exact", continuity = true }: MannWhitneyOptions = {},
): TestResult {
  const [n, m] = [first.length, second.length]
  if (n === 0 || m === 0) {
    throw new RangeError(`Expected two samples with values, but got ${n} and ${m} of them.`)
  }
  const pooled = [...first, ...second]
  const ranks = midranks(pooled)
  const statistic = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0) - (n * (n + 1)) / 2
  // Every side of the test looks at the upper tail, of this U or of the other sample's.
  const other = n * m - statistic
  const mirrored = { "two-sided": other > statistic, greater: false, less: true }[alternative]
  const u = mirrored ? other : statistic
  const sides = alternative === "two-sided" ? 2 : 1
  if (method === "exact") {
    const tail = upperTail(ranks, mirrored ? m : n, u)
    return { statistic, pValue: Math.min(1, sides * tail) }
  }
  const all = n + m
  const variance = ((n * m) / 12) * (all + 1 - tieCorrection(pooled) / (all * (all - 1)))
  const z = (u - (n * m) / 2 - (continuity ? 0.5 : 0)) / Math.sqrt(variance)
  return { statistic, pValue: Math.min(1, sides * normalUpperTail(z)) }
}

/** Chance that `chosen` of the ranks, drawn at random, have a U of at least `u`. */
function upperTail(ranks: readonly number[], chosen: number, u: number): number {
  // Midranks may be halves: sums are counted in whole units.
  const units = ranks.every(Number.isInteger) ? 1 : 2
  const counted = ranks.map((rank) => units * rank)
  const total = counted.reduce((sum, rank) => sum + rank, 0)
  const additions = ranks.length * chosen * total
  if (additions > MOST_ADDITIONS) {
    throw new RangeError(
      `Expected samples small enough to count all ways, but ${ranks.length} values take ${additions.toPrecision(2)} additions; ask for the asymptotic method.`,
    )
  }
  // ways[k][s]: ways to choose k of the ranks so far whose sum is s.
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(total + 1))
  ways[0]![0] = 1
  counted.forEach((rank, seen) => {
    for (let k = Math.min(chosen, seen + 1); k >= 1; k--) {
      const [to, from] = [ways[k]!, ways[k - 1]!]
      for (let sum = rank; sum <= total; sum++) to[sum]! += from[sum - rank]!
    }
  })
  const sums = ways[chosen]!
  const least = Math.round(units * (u + (chosen * (chosen + 1)) / 2))
  const all = sums.reduce((sum, count) => sum + count, 0)
  return sums.subarray(least).reduce((sum, count) => sum + count, 0) / all
}
