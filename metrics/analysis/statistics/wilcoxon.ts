import type { Alternative, TestResult } from "../../maths/statistics/alternative.ts"
import { normalCdf, normalUpperTail } from "../../maths/statistics/normal.ts"
import { midranks, tieCorrection } from "./ranks.ts"

export interface WilcoxonOptions {
  /** Default `two-sided`; `greater`: the differences tend to be positive. */
  readonly alternative?: Alternative
  /**
   * What becomes of zero differences: `wilcox` (the default) drops them, `pratt` ranks them and then drops their ranks,
   * `zsplit` ranks them and gives half of their ranks to either sign.
   */
  readonly zeros?: "wilcox" | "pratt" | "zsplit"
  /** `exact` (the default) counts all signs of the ranks; `approx` takes their sum as normal. */
  readonly method?: "exact" | "approx"
  /** Half a step towards the centre, with `approx`; default false. */
  readonly continuity?: boolean
}

/**
 * Wilcoxon's signed-rank test of paired differences (F. Wilcoxon, Biometrics 1, 1945), with the conventions of SciPy:
 * the statistic is the smaller of the rank sums W+ and W- for two sides, W+ for one. The normal approximation has the tie
 * correction. The exact distribution is that of the signs given the ranks, so that it holds with ties and zeros too,
 * where SciPy refuses one.
 */
export function wilcoxon(
  differences: readonly number[],
  { alternative = "two-sided", zeros = "wilcox", method = "exact", continuity = false }: WilcoxonOptions = {},
): TestResult {
  const kept = zeros === "wilcox" ? differences.filter((d) => d !== 0) : differences
  if (!kept.some((d) => d !== 0)) {
    throw new RangeError(
      `Expected at least one difference other than zero to rank, but got ${differences.length} in all.`,
    )
  }
  const ranks = midranks(kept.map(Math.abs))
  const sumWhere = (holds: (d: number) => boolean) =>
    ranks.reduce((sum, rank, i) => (holds(kept[i]!) ? sum + rank : sum), 0)
  const split = zeros === "zsplit" ? sumWhere((d) => d === 0) / 2 : 0
  const plus = sumWhere((d) => d > 0) + split
  const minus = sumWhere((d) => d < 0) + split
  const statistic = alternative === "two-sided" ? Math.min(plus, minus) : plus
  if (method === "exact") {
    const flipped = ranks.filter((_, i) => kept[i] !== 0)
    return { statistic, pValue: exactP(flipped, plus - split, alternative) }
  }

  const n = kept.length
  const dropped = zeros === "pratt" ? n - kept.filter((d) => d !== 0).length : 0
  const centre = (n * (n + 1) - dropped * (dropped + 1)) / 4
  const counted = zeros === "pratt" ? ranks.filter((_, i) => kept[i] !== 0) : ranks
  const variance =
    (n * (n + 1) * (2 * n + 1) - dropped * (dropped + 1) * (2 * dropped + 1) - tieCorrection(counted) / 2) /
    24
  const away = statistic - centre
  const step = { "two-sided": Math.sign(away) / 2, less: -0.5, greater: 0.5 }[alternative]
  const z = (away - (continuity ? step : 0)) / Math.sqrt(variance)
  const pValue = {
    "two-sided": () => Math.min(1, 2 * normalUpperTail(Math.abs(z))),
    greater: () => normalUpperTail(z),
    less: () => normalCdf(z),
  }[alternative]()
  return { statistic, pValue }
}

/** Chance that random signs give a sum of positive ranks as far out as `plus`, counted over doubled, hence whole, ranks. */
function exactP(ranks: readonly number[], plus: number, alternative: Alternative): number {
  const doubled = ranks.map((rank) => Math.round(2 * rank))
  const total = doubled.reduce((sum, rank) => sum + rank, 0)
  let chance = new Float64Array(total + 1)
  chance[0] = 1
  for (const rank of doubled) {
    chance = chance.map((here, sum) => (here + (sum >= rank ? chance[sum - rank]! : 0)) / 2)
  }
  const seen = Math.round(2 * plus)
  const below = chance.subarray(0, seen + 1).reduce((sum, p) => sum + p, 0)
  const above = chance.subarray(seen).reduce((sum, p) => sum + p, 0)
  return Math.min(1, { "two-sided": 2 * Math.min(below, above), greater: above, less: below }[alternative])
}
