import type { TestResult } from "./alternative.ts"

/**
 * Two-sided p of `successes` among `trials` tosses of a fair coin: twice the smaller tail, at most 1.
 * float64; exact in every digit that matters, also where the tail is tiny.
 */
export function fairCoinP(successes: number, trials: number): number {
  const fewer = Math.min(successes, trials - successes)
  // From the middle down the terms fall, so the largest comes first; logs keep 2^-trials from underflowing.
  let logTerm = -trials * Math.LN2
  for (let k = 1; k <= fewer; k++) logTerm += Math.log((trials - k + 1) / k)
  let term = Math.exp(logTerm)
  let tail = 0
  for (let k = fewer; k >= 0 && term > 0; k--) {
    tail += term
    term *= k / (trials - k + 1)
  }
  return Math.min(1, 2 * tail)
}

/** Two-sided sign test of paired differences; zeros are dropped. The statistic is the number of positive ones. */
export function signTest(differences: readonly number[]): TestResult {
  const positive = differences.filter((d) => d > 0).length
  const negative = differences.filter((d) => d < 0).length
  return { statistic: positive, pValue: fairCoinP(positive, positive + negative) }
}
