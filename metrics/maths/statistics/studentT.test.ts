import fc from "fast-check"
import { expect, test } from "vitest"
import { studentTCdf, studentTQuantile, studentTUpperTail } from "./studentT.ts"

test("the upper tail agrees with scipy 1.10.1 scipy.stats.t.sf to ten digits, far into the tail", () => {
  const golden = [
    [0.1, 1, 0.4682744825694464],
    [2.5, 7, 0.020496109292876437],
    [10, 4, 0.00028100181135799556],
    [1.96, 1000, 0.025136592477874354],
    [40, 12, 1.9256147903860184e-14],
  ] as const
  for (const [t, df, tail] of golden) {
    expect(Math.abs(studentTUpperTail(t, df) / tail - 1)).toBeLessThan(1e-10)
    expect(Math.abs(studentTCdf(t, df) - (1 - tail))).toBeLessThan(1e-12)
  }
})

test("quantiles agree with scipy 1.10.1 scipy.stats.t.ppf, and one with mpmath at 30 digits, to ten digits", () => {
  const golden = [
    [0.975, 1, 12.706204736432095],
    [0.975, 4, 2.7764451051977987],
    [0.975, 7, 2.364624251592785],
    [0.995, 29, 2.756385903670335],
    [0.6, 200, 0.25368437919010917],
  ] as const
  for (const [p, df, t] of golden) expect(Math.abs(studentTQuantile(p, df) / t - 1)).toBeLessThan(1e-10)
})

test("with one degree of freedom it is the Cauchy distribution, 1/2 + atan(t) / pi", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (t) => {
      expect(Math.abs(studentTCdf(t, 1) - (0.5 + Math.atan(t) / Math.PI))).toBeLessThan(1e-12)
    }),
  )
})

test("the quantile inverts the distribution function", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      (p, df) => {
        expect(Math.abs(studentTCdf(studentTQuantile(p, df), df) - p)).toBeLessThan(1e-11)
      },
    ),
  )
})

test("shares outside (0, 1) have no quantile", () => {
  expect(() => studentTQuantile(1, 4)).toThrow("Expected a share in (0, 1) for a quantile, but got 1.")
})
