import type { TestResult } from "./alternative.ts"
import { chiSquareUpperTail } from "./chiSquare.ts"
import { fairCoinP } from "./signTest.ts"

/**
 * McNemar's test (Q. McNemar, Psychometrika 12, 1947) of two yes/no answers on the same cases, from the counts of the
 * cases in which only the first, or only the second, says yes.
 *
 * @param method `exact` (the default; the statistic is the smaller count), or chi-square with or without the continuity
 * correction
 */
export function mcnemar(
  onlyFirst: number,
  onlySecond: number,
  method: "exact" | "chi-square" | "chi-square, corrected" = "exact",
): TestResult {
  const discordant = onlyFirst + onlySecond
  if (method === "exact") {
    return { statistic: Math.min(onlyFirst, onlySecond), pValue: fairCoinP(onlyFirst, discordant) }
  }
  const gap = Math.abs(onlyFirst - onlySecond) - (method === "chi-square" ? 0 : 1)
  const statistic = gap ** 2 / discordant
  return { statistic, pValue: chiSquareUpperTail(statistic, 1) }
}
