import { logGamma } from "./logGamma.ts"

const TINY = 1e-300
const MOST_TERMS = 100_000

/**
 * Regularised incomplete beta function I_x(a, b), float64, by its continued fraction (NIST DLMF 8.17.22, evaluated
 * with Lentz's method).
 *
 * @param x in [0, 1]
 * @param a positive
 * @param b positive
 * @param complement 1 - x; give it where it is known more exactly than the subtraction tells
 */
export function incompleteBeta(x: number, a: number, b: number, complement = 1 - x): number {
  if (!(x >= 0 && x <= 1)) {
    throw new RangeError(`Expected x of the incomplete beta function in [0, 1], but got ${x}.`)
  }
  if (!(a > 0 && b > 0)) {
    throw new RangeError(
      `Expected positive parameters of the incomplete beta function, but got ${a} and ${b}.`,
    )
  }
  if (x === 0) return 0
  if (complement <= 0) return 1
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(complement) + logGamma(a + b) - logGamma(a) - logGamma(b),
  )
  // The fraction converges fast below the mean (a + 1) / (a + b + 2); above it, I_x(a, b) = 1 - I_{1-x}(b, a).
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(complement, b, a)) / b
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const factor = d * c
    result *= factor
    if (Math.abs(factor - 1) < 1e-15) return result
  }
  throw new RangeError(`The incomplete beta function did not converge at x ${x}, a ${a}, b ${b}.`)
}
