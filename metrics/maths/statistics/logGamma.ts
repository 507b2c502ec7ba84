/** Coefficients of Lanczos' approximation for g = 7 and nine terms (P. Godfrey, 2001). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const

/**
 * Natural logarithm of the gamma function for `x` > 0, float64, absolute error below 1e-13 for moderate `x`
 * (C. Lanczos, SIAM J. Numer. Anal. B 1, 1964).
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`Expected a positive argument of log gamma, but got ${x}.`)
  // Reflection: gamma(x) gamma(1 - x) = pi / sin(pi x).
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  let sum: number = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i)
  const base = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum)
}
