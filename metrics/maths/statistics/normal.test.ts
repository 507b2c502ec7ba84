import fc from "fast-check"
import { expect, test } from "vitest"
import { normalCdf, normalQuantile, normalUpperTail } from "./normal.ts"

test("it agrees with scipy 1.10.1 scipy.stats.norm.cdf in relative error, in both tails", () => {
  const golden = [
    [-8, 6.22096057427174e-16],
    [-3.3, 0.00048342414238377744],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1.96, 0.9750021048517795],
    [6, 0.9999999990134123],
  ] as const
  for (const [x, p] of golden) {
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-11)
    expect(Math.abs(normalUpperTail(-x) / p - 1)).toBeLessThan(1e-11)
  }
})

test("quantiles agree with scipy 1.10.1 scipy.stats.norm.ppf", () => {
  const golden = [
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400545],
    [0.3, -0.5244005127080409],
    [0.975, 1.959963984540054],
    [0.999999999, 5.997807019601637],
  ] as const
  for (const [p, x] of golden) expect(Math.abs(normalQuantile(p) / x - 1)).toBeLessThan(1e-13)
  expect([0, 0.5, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY])
})

test("the quantile inverts the distribution function, far into the tail too", () => {
  fc.assert(
    fc.property(fc.double({ min: -300, max: -0.31, noNaN: true }), (exponent) => {
      const p = 10 ** exponent
      expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-10)
    }),
  )
})

test("a share outside [0, 1] has no quantile", () => {
  expect(() => normalQuantile(1.5)).toThrow("Expected a share in [0, 1] for a quantile, but got 1.5.")
})
