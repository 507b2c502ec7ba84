import { normalQuantile } from "../maths/statistics/normal.ts"
import type { PairedT } from "../maths/statistics/pairedT.ts"
import { seedsForExactTest } from "../maths/statistics/seedArithmetic.ts"
import { studentTQuantile } from "../maths/statistics/studentT.ts"

/** Chance with which the seeds needed would settle the matter, if spread and difference are as seen. */
export const POWER = 0.8

/** More seeds than this are not worth naming: nobody trains them. */
const MOST_SEEDS = 1000

/**
 * Seeds in all, more than there are, with which an open comparison would be settled in 80 % of experiments if the true
 * difference and spread were those seen, in the strictest step of Holm's correction: the fewer of those that
 * - show a difference by the paired t test, no fewer than an exact sign-flip test needs;
 * - show equivalence, where the difference seen is smaller than the margin, by both one-sided tests.
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
  const distance = Math.abs(mean)
  const different = seedsFor(
    distance / deviation,
    alpha / comparisons / 2,
    1 - POWER,
    Math.max(pairs + 1, seedsForExactTest(comparisons, alpha)),
  )
  if (margin === null || distance >= margin) return finite(different)
  const equivalent = seedsFor(
    (margin - distance) / deviation,
    // One-sided level of each test, beside an interval at level 1 - alpha.
    Math.min(alpha / 2, alpha / comparisons),
    // At a difference of zero both ends of the margin can be missed.
    (1 - POWER) / (mean === 0 ? 2 : 1),
    pairs + 1,
  )
  return finite(Math.min(different, equivalent))
}

const finite = (seeds: number) => (seeds <= MOST_SEEDS ? seeds : null)

/**
 * Fewest seeds, `least` or more, with which a one-sided t test at `level` misses `effect` with a chance of `missed` at
 * most; infinite beyond 1,000.
 */
function seedsFor(effect: number, level: number, missed: number, least: number): number {
  // Normal quantiles are smaller than those of t, so that they give a bound from below, a few seeds short.
  const bound = ((normalQuantile(1 - level) + normalQuantile(1 - missed)) / effect) ** 2
  for (let seeds = Math.max(least, Math.ceil(bound)); seeds <= MOST_SEEDS; seeds++) {
    const needed = studentTQuantile(1 - level, seeds - 1) + studentTQuantile(1 - missed, seeds - 1)
    if (effect * Math.sqrt(seeds) >= needed) return seeds
  }
  return Number.POSITIVE_INFINITY
}
