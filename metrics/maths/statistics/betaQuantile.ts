import { incompleteBeta } from "./incompleteBeta.ts"
import { logGamma } from "./logGamma.ts"
import { logSearch } from "./logSearch.ts"

/**
 * Quantile of the beta distribution: the value below which a share `p` lies.
 * @param p in [0, 1]
 * @param a positive
 * @param b positive
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected a share in [0, 1] for a quantile, but got ${p}.`)
  if (p === 0 || p === 1) return p
  // The smaller tail has the digits.
  if (p > 0.5) return 1 - betaQuantile(1 - p, b, a)
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b)
  const density = (x: number) => Math.exp(logFront + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x))
  return logSearch((x) => incompleteBeta(x, a, b), density, p, 0, 1)
}
