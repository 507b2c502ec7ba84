import { incompleteBeta } from "./incompleteBeta.ts"
import { logGamma } from "./logGamma.ts"
import { logSearch } from "./logSearch.ts"

/** Probability that Student's t with `df` degrees of freedom lies above `t`; float64, exact far into the tail. */
export function studentTUpperTail(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`Expected positive degrees of freedom, but got ${df}.`)
  if (Number.isNaN(t)) throw new RangeError("Expected a number as t, but got NaN.")
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1
  const square = t * t
  // P(|T| > |t|) = I_{df / (df + t^2)}(df / 2, 1 / 2) (Abramowitz and Stegun 26.7.1 and 26.5.27).
  const half = 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5, square / (df + square))
  return t >= 0 ? half : 1 - half
}

/** Distribution function of Student's t with `df` degrees of freedom. */
export function studentTCdf(t: number, df: number): number {
  return studentTUpperTail(-t, df)
}

/**
 * Quantile of Student's t: the t below which a share `p` lies.
 * @param p in (0, 1)
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected a share in (0, 1) for a quantile, but got ${p}.`)
  return p < 0.5 ? -upperQuantile(p, df) : upperQuantile(1 - p, df)
}

/** Quantiles that were searched: controls and studies ask for a few of them thousands of times. */
const found = new Map<string, number>()
const mostFound = 1000

/** The t >= 0 above which a share `tail` <= 1/2 lies. */
function upperQuantile(tail: number, df: number): number {
  if (tail === 0.5) return 0
  const key = `${tail} ${df}`
  const known = found.get(key)
  if (known !== undefined) return known
  const quantile = searchedQuantile(tail, df)
  if (found.size < mostFound) found.set(key, quantile)
  return quantile
}

function searchedQuantile(tail: number, df: number): number {
  let high = 1
  while (studentTUpperTail(high, df) > tail) high *= 2
  const front = Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2)) / Math.sqrt(df * Math.PI)
  const density = (t: number) => front * (1 + (t * t) / df) ** (-(df + 1) / 2)
  return logSearch(
    (t) => studentTUpperTail(t, df),
    (t) => -density(t),
    tail,
    high === 1 ? 0 : high / 2,
    high,
  )
}
