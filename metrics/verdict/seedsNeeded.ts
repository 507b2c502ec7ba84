import { normalQuantile } from "../statistics/normal.ts"
import type { PairedT } from "../statistics/pairedT.ts"
import { seedsForExactTest } from "../statistics/seedArithmetic.ts"
import { studentTQuantile } from "../statistics/studentT.ts"

/** Chance with which the seeds needed would settle the matter, if spread and difference are as seen. */
export const POWER = 0.8

/** More seeds than this are not worth naming: nobody trains them. */
const MOST_SEEDS = 1000

/**
 * Seeds in all, more than there are, with which an open comparison would be settled in 80 % of experiments if the true
 * difference and spread were those seen, in the strictest step of Holm's correction:
 * - to show a difference, where the one seen is at least the margin: the paired t test's, and no fewer than an exact
 *   sign-flip test needs;
 * - to show equivalence, where it is smaller: both one-sided tests', from the nearer end of the margin on.
 *
 * From n = ((t_a + t_b) / effect)^2 with t quantiles of n - 1 degrees of freedom, within a seed or so of the noncentral t
 * (`pairedTPower`), which is much less than what the seen spread itself is uncertain by.
 *
 * @param comparisons size of the family
 * @returns null where more than 1,000 seeds would be needed
 */
export function seedsNeeded(
  { mean, deviation, pairs }: PairedT,
  margin: number | null,
  alpha: number,
  comparisons: number,
): number | null {
  const equivalence = margin !== null && Math.abs(mean) < margin
  const distance = equivalence ? margin - Math.abs(mean) : Math.abs(mean)
  if (distance === 0) return null
  // One-sided level: of a two-sided test, or of TOST beside an interval at level 1 - alpha.
  const level = equivalence ? Math.min(alpha / 2, alpha / comparisons) : alpha / comparisons / 2
  // At a difference of zero both ends of the margin can be missed.
  const missed = equivalence && mean === 0 ? (1 - POWER) / 2 : 1 - POWER
  const enough = (n: number) => {
    const needed = studentTQuantile(1 - level, n - 1) + studentTQuantile(1 - missed, n - 1)
    return distance * Math.sqrt(n) >= needed * deviation
  }
  const least = Math.max(pairs + 1, equivalence ? 2 : seedsForExactTest(comparisons, alpha))
  // Normal quantiles are smaller than those of t, so that they give a bound from below, a few seeds short.
  const bound = ((normalQuantile(1 - level) + normalQuantile(1 - missed)) * deviation) / distance
  let seeds = Math.max(least, Math.ceil(bound ** 2))
  while (seeds <= MOST_SEEDS && !enough(seeds)) seeds++
  return seeds <= MOST_SEEDS ? seeds : null
}
