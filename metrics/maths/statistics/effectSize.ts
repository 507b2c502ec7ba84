import { logGamma } from "./logGamma.ts"
import { mean, standardDeviation } from "./mean.ts"

/**
 * Cliff's delta (N. Cliff, Psychol. Bull. 114, 1993): the share of pairs, one value of each sample, in which the first is
 * larger, less the share in which it is smaller; in [-1, 1].
 */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number {
  if (first.length === 0 || second.length === 0) {
    throw new RangeError(
      `Expected two samples with values, but got ${first.length} and ${second.length} of them.`,
    )
  }
  let balance = 0
  for (const a of first) for (const b of second) balance += Math.sign(a - b)
  return balance / (first.length * second.length)
}

/**
 * Probability that a value of the first sample is larger than one of the second, ties half: A12 of A. Vargha and
 * H. Delaney (J. Educ. Behav. Stat. 25, 2000), which is (1 + Cliff's delta) / 2.
 */
export function probabilityOfSuperiority(first: readonly number[], second: readonly number[]): number {
  return (cliffsDelta(first, second) + 1) / 2
}

/** Cohen's d: the difference of means in units of the pooled standard deviation (J. Cohen, 1988, section 2.2). */
export function cohensD(first: readonly number[], second: readonly number[]): number {
  const [n, m] = [first.length, second.length]
  const variance =
    ((n - 1) * standardDeviation(first) ** 2 + (m - 1) * standardDeviation(second) ** 2) / (n + m - 2)
  return (mean(first) - mean(second)) / Math.sqrt(variance)
}

/** The difference of means in units of the root of the mean of both variances (d_av). */
export function averageVarianceD(first: readonly number[], second: readonly number[]): number {
  const variance = (standardDeviation(first) ** 2 + standardDeviation(second) ** 2) / 2
  return (mean(first) - mean(second)) / Math.sqrt(variance)
}

/** The mean of paired differences in units of their own standard deviation (d_z). */
export function pairedD(differences: readonly number[]): number {
  return mean(differences) / standardDeviation(differences)
}

/**
 * Hedges' g: Cohen's d without its bias at small samples (L. Hedges, J. Educ. Stat. 6, 1981).
 * @param correction `exact`, by gamma functions, or `approximate`, 1 - 3 / (4 df - 1)
 */
export function hedgesG(
  first: readonly number[],
  second: readonly number[],
  correction: "exact" | "approximate" = "exact",
): number {
  const df = first.length + second.length - 2
  const factor =
    correction === "exact"
      ? Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2)
      : 1 - 3 / (4 * df - 1)
  return cohensD(first, second) * factor
}
