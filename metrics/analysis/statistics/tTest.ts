import type { Alternative, TestResult } from "../../maths/statistics/alternative.ts"
import { mean, standardDeviation } from "../../maths/statistics/mean.ts"
import { studentTUpperTail } from "../../maths/statistics/studentT.ts"

/** t of differences against zero, df = n - 1. Throws with fewer than two. */
export function oneSampleT(
  differences: readonly number[],
  alternative: Alternative = "two-sided",
): TestResult {
  const error = standardDeviation(differences) / Math.sqrt(differences.length)
  return result(mean(differences) / error, differences.length - 1, alternative)
}

/** Student's t test of two independent samples that are taken to have one variance. Two values each are the least. */
export function studentT(
  first: readonly number[],
  second: readonly number[],
  alternative: Alternative = "two-sided",
): TestResult {
  const [n, m] = [first.length, second.length]
  const df = n + m - 2
  const variance = ((n - 1) * standardDeviation(first) ** 2 + (m - 1) * standardDeviation(second) ** 2) / df
  return result((mean(first) - mean(second)) / Math.sqrt(variance * (1 / n + 1 / m)), df, alternative)
}

/** Welch's t test of two independent samples of unlike variance (B. Welch, Biometrika 34, 1947). */
export function welchT(
  first: readonly number[],
  second: readonly number[],
  alternative: Alternative = "two-sided",
): TestResult {
  const [n, m] = [first.length, second.length]
  const a = standardDeviation(first) ** 2 / n
  const b = standardDeviation(second) ** 2 / m
  const df = (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1))
  return result((mean(first) - mean(second)) / Math.sqrt(a + b), df, alternative)
}

/** Samples without spread have no t: its p is NaN, as in SciPy. */
function result(t: number, df: number, alternative: Alternative): TestResult {
  if (Number.isNaN(t)) return { statistic: t, pValue: Number.NaN }
  const pValue = {
    "two-sided": () => 2 * studentTUpperTail(Math.abs(t), df),
    greater: () => studentTUpperTail(t, df),
    less: () => studentTUpperTail(-t, df),
  }[alternative]()
  return { statistic: t, pValue }
}
