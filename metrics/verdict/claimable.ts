import { studentTQuantile } from "../maths/statistics/studentT.ts"
import type { Contest } from "./decision.ts"

/** Paired differences as far as the size of their t rests on them. */
export interface Differences {
  readonly pairs: number
  readonly sum: number
  /** Sum of squares. */
  readonly squares: number
}

/**
 * Whether a family of comparisons with such differences might claim anything at all, at the price of a few additions each. Holm's
 * procedure claims nothing unless one p is at most alpha / m, and the p that decides is never below the paired t test's
 * (`decisiveP`). A yes promises nothing; a no is certain.
 */
export function claimable(alpha: Contest["alpha"], comparisons: number): (each: Differences) => boolean {
  const strictest = alpha / comparisons
  const leastSums = new Map<number, number>()
  // With t = mean / (sd / sqrt(n)), |t| >= c exactly where sum^2 >= n squares c^2 / (n - 1 + c^2).
  const leastShare = (pairs: number) => {
    const known = leastSums.get(pairs)
    if (known !== undefined) return known
    const square = studentTQuantile(1 - strictest / 2, pairs - 1) ** 2
    const share = SURE * ((pairs * square) / (pairs - 1 + square))
    leastSums.set(pairs, share)
    return share
  }
  return ({ pairs, sum, squares }) => pairs >= 2 && sum * sum >= leastShare(pairs) * squares
}

/** A little below 1: what rounding could decide either way is called claimable. */
const SURE = 1 - 1e-6
