import { mean, standardDeviation } from "./mean.ts"
import { signFlip } from "./signFlip.ts"
import { studentTQuantile, studentTUpperTail } from "./studentT.ts"

/** What the paired t test says of `first - second`. */
export interface PairedT {
  readonly pairs: number
  /** Mean of the differences, and their sample standard deviation. */
  readonly mean: number
  readonly deviation: number
  /** Interval of the mean difference with confidence 1 - alpha. */
  readonly low: number
  readonly high: number
  /** Two-sided p of "no difference". */
  readonly pValue: number
  /**
   * p of "the difference is `margin` or more in size": the larger of the two one-sided tests (TOST; D. Schuirmann,
   * J. Pharmacokinet. Biopharm. 15, 1987).
   */
  equivalenceP(margin: number): number
}

/** Spread below this share of the values' size is rounding, not spread. */
const ROUNDING = 1e-12

/**
 * Paired t test and interval (Student, 1908) over at least two pairs, float64.
 *
 * Differences without any spread have no t: their interval is their value, and their p is the exact sign-flip p
 * 2 / 2^n, so that a handful of equal, coarsely quantised scores cannot pass for certainty.
 *
 * @param first values of one arm, one per seed
 * @param second values of the other arm, in the same order of seeds
 * @param alpha 1 - confidence of the interval, in (0, 1)
 */
export function pairedT(first: readonly number[], second: readonly number[], alpha: number): PairedT {
  if (first.length !== second.length) {
    throw new RangeError(
      `Expected as many values on both sides of a pair, but got ${first.length} and ${second.length}.`,
    )
  }
  const pairs = first.length
  const differences = first.map((value, i) => value - second[i]!)
  const centre = mean(differences)
  const scale = Math.max(...first.map(Math.abs), ...second.map(Math.abs))
  const spread = standardDeviation(differences)

  if (spread <= ROUNDING * scale) {
    const settled = Math.abs(centre) <= ROUNDING * scale ? 0 : centre
    const least = 2 / 2 ** pairs
    return {
      pairs,
      mean: settled,
      deviation: 0,
      low: settled,
      high: settled,
      pValue: settled === 0 ? 1 : signFlip(differences.map(() => settled)),
      equivalenceP: (margin) => (Math.abs(settled) < margin ? least : 1),
    }
  }

  const error = spread / Math.sqrt(pairs)
  const reach = studentTQuantile(1 - alpha / 2, pairs - 1) * error
  return {
    pairs,
    mean: centre,
    deviation: spread,
    low: centre - reach,
    high: centre + reach,
    pValue: 2 * studentTUpperTail(Math.abs(centre) / error, pairs - 1),
    equivalenceP: (margin) =>
      Math.max(
        studentTUpperTail((centre + margin) / error, pairs - 1),
        studentTUpperTail((margin - centre) / error, pairs - 1),
      ),
  }
}
