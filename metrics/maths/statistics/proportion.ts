import { betaQuantile } from "./betaQuantile.ts"
import { normalQuantile } from "./normal.ts"

/** How to draw an interval of a share; `beta` is the exact one of Clopper and Pearson. */
export type ProportionMethod = "wilson" | "beta" | "agresti-coull" | "normal" | "jeffreys"

/**
 * Two-sided interval of a share from `successes` among `trials`, with confidence 1 - `alpha`
 * (L. Brown, T. Cai and A. DasGupta, Stat. Sci. 16, 2001, compare them).
 *
 * @param method default `wilson`: score interval of E. Wilson (J. Am. Stat. Assoc. 22, 1927)
 */
export function proportionInterval(
  successes: number,
  trials: number,
  alpha: number,
  method: ProportionMethod = "wilson",
): { readonly low: number; readonly high: number } {
  if (!(Number.isInteger(trials) && trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`Expected successes among at least one trial, but got ${successes} of ${trials}.`)
  }
  const failures = trials - successes
  const share = successes / trials
  const z = -normalQuantile(alpha / 2)
  const clipped = (centre: number, reach: number) => ({
    low: Math.max(0, centre - reach),
    high: Math.min(1, centre + reach),
  })
  switch (method) {
    case "wilson": {
      const centre = (share + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials)
      const reach =
        (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / (1 + z ** 2 / trials)
      return clipped(centre, reach)
    }
    case "agresti-coull": {
      const more = trials + z ** 2
      const centre = (successes + z ** 2 / 2) / more
      return clipped(centre, z * Math.sqrt((centre * (1 - centre)) / more))
    }
    case "normal":
      return clipped(share, z * Math.sqrt((share * (1 - share)) / trials))
    case "beta":
      return {
        low: successes === 0 ? 0 : betaQuantile(alpha / 2, successes, failures + 1),
        high: failures === 0 ? 1 : 1 - betaQuantile(alpha / 2, failures, successes + 1),
      }
    case "jeffreys":
      return {
        low: betaQuantile(alpha / 2, successes + 0.5, failures + 0.5),
        high: 1 - betaQuantile(alpha / 2, failures + 0.5, successes + 0.5),
      }
  }
}
