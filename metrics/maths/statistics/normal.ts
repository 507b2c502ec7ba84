import { logSearch } from "./logSearch.ts"

const SQRT_PI = Math.sqrt(Math.PI)

/** Standard normal distribution function, float64, relative error below 1e-12 in the lower tail. */
export function normalCdf(x: number): number {
  const z = -x / Math.SQRT2
  return z >= 0 ? 0.5 * erfc(z) : 1 - 0.5 * erfc(-z)
}

/** Probability that a standard normal value lies above `x`; exact far into the tail, where 1 - cdf has no digits left. */
export function normalUpperTail(x: number): number {
  return normalCdf(-x)
}

/**
 * Quantile of the standard normal distribution: the value below which a share `p` lies.
 * @param p in [0, 1]; 0 and 1 give the infinities
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected a share in [0, 1] for a quantile, but got ${p}.`)
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p === 0) return Number.NEGATIVE_INFINITY
  if (p === 0.5) return 0
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  // Phi(-38) is 2.9e-316: below it float64 has no full digits.
  return logSearch(normalCdf, density, p, -38.4, 0)
}

/** Complementary error function for x >= 0: a series near zero (DLMF 7.6.2), a continued fraction beyond (7.9.4). */
function erfc(x: number): number {
  if (x < 2) {
    let term = x
    let sum = x
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return 1 - (2 / SQRT_PI) * Math.exp(-x * x) * sum
  }
  // erfc(x) = exp(-x^2) / sqrt(pi) * 1 / (x + (1/2) / (x + (2/2) / (x + ...))), from the far end.
  let fraction = x
  for (let k = 120; k >= 1; k--) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / SQRT_PI / fraction
}
