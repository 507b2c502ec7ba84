import type { TestResult } from "../../maths/statistics/alternative.ts"
import { chiSquareUpperTail } from "../../maths/statistics/chiSquare.ts"
import { midranks, tieCorrection } from "./ranks.ts"

/** Friedman's test with the mean rank of every treatment, 1 for the smallest values. */
export interface Friedman extends TestResult {
  readonly meanRanks: readonly number[]
}

/**
 * Friedman's rank test of several treatments over blocks (M. Friedman, J. Am. Stat. Assoc. 32, 1937), corrected for ties,
 * with the chi-square approximation: methods by datasets, where a dataset is a block.
 *
 * @param blocks `[blocks][treatments]`, at least two of each
 */
export function friedman(blocks: readonly (readonly number[])[]): Friedman {
  const n = blocks.length
  const k = blocks[0]?.length ?? 0
  if (n < 2 || k < 2 || blocks.some((block) => block.length !== k)) {
    throw new RangeError(
      `Expected at least two blocks of at least two treatments each, but got ${n} blocks of ${[...new Set(blocks.map(({ length }) => length))].join(" or ")}.`,
    )
  }
  const ranks = blocks.map(midranks)
  const sums = Array.from({ length: k }, (_, j) => ranks.reduce((sum, block) => sum + block[j]!, 0))
  const ties = blocks.reduce((sum, block) => sum + tieCorrection(block), 0)
  const centre = (n * (k + 1)) / 2
  const spread = sums.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  const statistic = ((12 / (n * k * (k + 1))) * spread) / (1 - ties / (n * k * (k * k - 1)))
  return {
    statistic,
    pValue: chiSquareUpperTail(statistic, k - 1),
    meanRanks: sums.map((sum) => sum / n),
  }
}
