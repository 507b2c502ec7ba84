import { studentTQuantile } from "../maths/statistics/studentT.ts"

/** Paired differences as far as the size of their t rests on them. */
export interface Differences {
  readonly pairs: number
  readonly sum: number
  /** Sum of squares. */
  readonly squares: number
}

/**
 * Whether the p of a paired t test over such differences might be at most `level`, at the price of two multiplications. A yes
 * promises nothing; a no is certain, for the p that decides too, which is never below it (`decisiveP`).
 */
export function claimable(level: number): (each: Differences) => boolean {
  const shares = new Map<number, number>()
  // With t = mean / (sd / sqrt(n)), |t| >= c exactly where sum^2 >= squares n c^2 / (n - 1 + c^2).
  const leastShare = (pairs: number) => {
    const known = shares.get(pairs)
    if (known !== undefined) return known
    const square = (SURE * studentTQuantile(1 - level / 2, pairs - 1)) ** 2
    // Sums of n terms are off by at most n roundings, and near-equal differences have a share of almost n.
    const share = ((pairs * square) / (pairs - 1 + square)) * (1 - 4 * pairs * Number.EPSILON)
    shares.set(pairs, share)
    return share
  }
  return ({ pairs, sum, squares }) => pairs >= 2 && sum * sum >= leastShare(pairs) * squares
}

/** A little below 1, on the scale of t: what rounding could decide either way is called claimable. */
const SURE = 1 - 1e-6
