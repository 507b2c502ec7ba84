import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { pairedT } from "./pairedT.ts"

// The sample and its results: scipy 1.10.1, scipy.stats.ttest_rel and t.interval.
const x = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
const y = [0.7487, 0.1622, 2.7713, 1.7523, -1.2188, 0.462, 1.1398, -1.1753]

test("p and interval agree with scipy 1.10.1", () => {
  const result = pairedT(x, y, 0.05)
  expect(result.pValue).toBeCloseTo(0.6733223802290623, 10)
  // Nine digits: the t quantile of scipy 1.10.1 at 7 degrees of freedom is off by 6e-10 (mpmath gives ours).
  expect(result.low).toBeCloseTo(-1.5951037802638555, 9)
  expect(result.high).toBeCloseTo(1.0947787802638553, 9)
})

test("the equivalence p is the larger one-sided p, and at margin 0 that of the wrong side", () => {
  // One-sided p against 0 by scipy: greater 0.6633388098854689, less 0.33666119011453116.
  expect(pairedT(x, y, 0.05).equivalenceP(0)).toBeCloseTo(0.6633388098854689, 10)
  expect(pairedT(x, y, 0.05).equivalenceP(100)).toBeLessThan(1e-10)
})

const pairs = fc.array(
  fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })),
  {
    minLength: 2,
    maxLength: 12,
  },
)

test("swapping the sides mirrors difference and interval and keeps p", () => {
  fc.assert(
    fc.property(pairs, (pairs) => {
      const there = pairedT(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
        0.05,
      )
      const back = pairedT(
        pairs.map(([, b]) => b),
        pairs.map(([a]) => a),
        0.05,
      )
      expect(back.mean).toBeCloseTo(-there.mean, 9)
      expect(back.low).toBeCloseTo(-there.high, 9)
      expect(back.high).toBeCloseTo(-there.low, 9)
      expect(back.pValue).toBeCloseTo(there.pValue, 12)
    }),
  )
})

test("adding one constant to both sides changes nothing", () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: -500, max: 500 }), (pairs, constant) => {
      const shift = constant / 8
      const plain = pairedT(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
        0.05,
      )
      const moved = pairedT(
        pairs.map(([a]) => a + shift),
        pairs.map(([, b]) => b + shift),
        0.05,
      )
      expect(moved.pValue).toBeCloseTo(plain.pValue, 9)
      expect(moved.low).toBeCloseTo(plain.low, 6)
      expect(moved.high).toBeCloseTo(plain.high, 6)
    }),
  )
})

test("the interval leaves zero out exactly when p is at most alpha", () => {
  fc.assert(
    fc.property(pairs, (pairs) => {
      const { low, high, pValue, deviation } = pairedT(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
        0.05,
      )
      fc.pre(deviation > 0 && Math.abs(pValue - 0.05) > 1e-9)
      expect(low > 0 || high < 0).toBe(pValue < 0.05)
    }),
  )
})

test("equal differences give no certainty: p is the exact sign-flip p", () => {
  const result = pairedT([1.1, 2.1, 3.1], [1, 2, 3], 0.05)
  expect(result.deviation).toBe(0)
  expect(result.pValue).toBe(0.25) // 2 / 2^3
  expect(pairedT([1, 2, 3], [1, 2, 3], 0.05)).toMatchObject({ mean: 0, low: 0, high: 0, pValue: 1 })
})

test("without a true difference about 5 % of experiments are significant at 0.05", () => {
  const draws = stream(1, "test", "type I error")
  const experiments = 2000
  let significant = 0
  for (let i = 0; i < experiments; i++) {
    const first = Array.from({ length: 5 }, () => draws.normal())
    const second = Array.from({ length: 5 }, () => draws.normal())
    if (pairedT(first, second, 0.05).pValue <= 0.05) significant++
  }
  // Binomial(2000, 0.05): mean 100, standard deviation 9.7; four of them to either side.
  expect(significant).toBeGreaterThan(61)
  expect(significant).toBeLessThan(139)
})
