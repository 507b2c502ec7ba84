import { logGamma } from "./logGamma.ts"
import { normalCdf } from "./normal.ts"
import { studentTQuantile } from "./studentT.ts"

const INTERVALS = 4000

/**
 * Chance that a two-sided paired t test at level `alpha` finds a true mean difference of `effect` standard deviations
 * of the paired differences, with `pairs` pairs.
 *
 * Integrates the noncentral t over its scale: with S = sqrt(chi^2 / df) and noncentrality d = effect sqrt(pairs),
 * P(T > c) = E[1 - Phi(c S - d)]; Simpson's rule, error below 1e-9.
 */
export function pairedTPower(effect: number, pairs: number, alpha: number): number {
  if (!Number.isInteger(pairs) || pairs < 2) {
    throw new RangeError(`Expected at least two pairs for the power of a paired t test, but got ${pairs}.`)
  }
  const df = pairs - 1
  const shift = effect * Math.sqrt(pairs)
  const critical = studentTQuantile(1 - alpha / 2, df)
  const logFront = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2)
  const rejects = (scale: number) => {
    const density =
      scale === 0
        ? df === 1
          ? Math.exp(logFront)
          : 0
        : Math.exp(logFront + (df - 1) * Math.log(scale) - (df * scale * scale) / 2)
    return density * (normalCdf(shift - critical * scale) + normalCdf(-critical * scale - shift))
  }
  const end = 1 + 12 / Math.sqrt(2 * df)
  const width = end / INTERVALS
  let sum = rejects(0) + rejects(end)
  for (let i = 1; i < INTERVALS; i++) sum += (i % 2 === 1 ? 4 : 2) * rejects(i * width)
  return Math.min(1, (sum * width) / 3)
}

/** Smallest true difference, in standard deviations of the paired differences, that is found with chance `power`. */
export function detectableEffect(pairs: number, alpha: number, power = 0.8): number {
  const missing = (effect: number) => pairedTPower(effect, pairs, alpha) - power
  let low = 0
  let high = 1
  let below = missing(low)
  let above = missing(high)
  while (above < 0) {
    low = high
    below = above
    high *= 2
    above = missing(high)
  }
  // The Illinois method: false position that halves the weight of an end which stays twice, so that both ends close in.
  let stayed: "low" | "high" | undefined
  for (let round = 0; round < 100 && high - low > 1e-12 * high; round++) {
    const middle = (low * above - high * below) / (above - below)
    const found = missing(middle)
    if (Math.abs(found) < 1e-11) return middle
    if (found < 0) {
      low = middle
      below = found
      if (stayed === "high") above /= 2
      stayed = "high"
    } else {
      high = middle
      above = found
      if (stayed === "low") below /= 2
      stayed = "low"
    }
  }
  return high
}
