import { holm } from "../../maths/statistics/holm.ts"

/** Corrections for several tests: the first three hold the chance of any false rejection, the last two its share. */
export type Correction = "bonferroni" | "holm" | "holm-sidak" | "fdr_bh" | "fdr_by"

/**
 * p values adjusted for a family of tests, in the order given; rejecting those at most alpha holds the correction's
 * promise. Holm-Sidak needs tests that are independent or positively dependent, `fdr_bh` likewise (Y. Benjamini and
 * Y. Hochberg, J. R. Stat. Soc. B 57, 1995), `fdr_by` nothing (Y. Benjamini and D. Yekutieli, Ann. Stat. 29, 2001).
 */
export function adjustedP(pValues: readonly number[], correction: Correction): number[] {
  if (correction === "holm") return holm(pValues)
  for (const p of pValues) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected p values in [0, 1], but got ${p}.`)
  }
  const m = pValues.length
  if (correction === "bonferroni") return pValues.map((p) => Math.min(1, m * p))
  const rising = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = pValues.map(() => 1)
  if (correction === "holm-sidak") {
    let highest = 0
    rising.forEach((index, k) => {
      // 1 - (1 - p)^(m - k), with the digits of small p.
      highest = Math.max(highest, -Math.expm1((m - k) * Math.log1p(-pValues[index]!)))
      adjusted[index] = highest
    })
    return adjusted
  }
  const factor = correction === "fdr_by" ? pValues.reduce((sum, _, i) => sum + 1 / (i + 1), 0) : 1
  let lowest = 1
  for (let k = m - 1; k >= 0; k--) {
    lowest = Math.min(lowest, (factor * m * pValues[rising[k]!]!) / (k + 1))
    adjusted[rising[k]!] = lowest
  }
  return adjusted
}
