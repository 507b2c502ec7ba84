import fc from "fast-check"
import { expect, test } from "vitest"
import { betaQuantile } from "./betaQuantile.ts"
import { incompleteBeta } from "./incompleteBeta.ts"

test("it agrees with scipy 1.10.1 scipy.stats.beta.ppf", () => {
  expect(betaQuantile(0.025, 3, 8)).toBeCloseTo(0.06673951117773447, 12)
  expect(betaQuantile(0.975, 48, 4)).toBeCloseTo(0.978216437943731, 12)
  expect(betaQuantile(0.5, 0.5, 0.5)).toBeCloseTo(0.5, 12)
})

test("it inverts the incomplete beta function", () => {
  // Below 1 the density has a pole, next to which float64 has no room for the quantile.
  const parameter = fc.double({ min: 1, max: 5000, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), parameter, parameter, (p, a, b) => {
      const x = betaQuantile(p, a, b)
      expect(Math.abs(incompleteBeta(x, a, b) - p)).toBeLessThan(1e-9)
    }),
  )
})

test("a share outside [0, 1] has no quantile", () => {
  expect(() => betaQuantile(-0.1, 1, 1)).toThrow("Expected a share in [0, 1]")
})
