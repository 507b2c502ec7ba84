import { logGamma } from "./logGamma.ts"

const MOST_TERMS = 100_000

/**
 * Probability that chi-square with `df` degrees of freedom lies above `x`: the upper regularised incomplete gamma
 * function Q(df / 2, x / 2), float64, exact far into the tail. A series below the mean (NIST DLMF 8.11.4), a continued
 * fraction above it (8.9.2).
 */
export function chiSquareUpperTail(x: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`Expected positive degrees of freedom, but got ${df}.`)
  if (Number.isNaN(x)) throw new RangeError("Expected a number as chi-square, but got NaN.")
  if (x <= 0) return 1
  const a = df / 2
  const z = x / 2
  const front = Math.exp(a * Math.log(z) - z - logGamma(a))
  return z < a + 1 ? 1 - front * series(a, z) : front * fraction(a, z)
}

function series(a: number, z: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n <= MOST_TERMS && term > 1e-17 * sum; n++) {
    term *= z / (a + n)
    sum += term
  }
  return sum
}

/** Lentz's method. */
function fraction(a: number, z: number): number {
  let b = z + 1 - a
  let c = 1e300
  let d = 1 / b
  let result = d
  for (let n = 1; n <= MOST_TERMS; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    const factor = c * d
    result *= factor
    if (Math.abs(factor - 1) < 1e-15) break
  }
  return result
}
