import fc from "fast-check"
import { expect, test } from "vitest"
import {
  averageVarianceD,
  cliffsDelta,
  cohensD,
  hedgesG,
  pairedD,
  probabilityOfSuperiority,
} from "./effectSize.ts"

const x = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
const y = [0.7487, 0.1622, 2.7713, 1.7523, -1.2188, 0.462, 1.1398, -1.1753]

test("effect sizes agree with the folder of reference numbers, sample `small` of its stats topic", () => {
  expect(cliffsDelta(x, y)).toBeCloseTo(-0.09375, 12)
  expect(probabilityOfSuperiority(x, y)).toBeCloseTo(0.453125, 12)
  expect(cohensD(x, y)).toBeCloseTo(-0.1988979336854654, 12)
  expect(pairedD(x.map((value, i) => value - y[i]!))).toBeCloseTo(-0.15550201843358122, 12)
  expect(hedgesG(x, y)).toBeCloseTo(-0.18801577609735085, 12)
  expect(hedgesG(x, y, "approximate")).toBeCloseTo(-0.18804895548444, 12)
})

test("with unlike variances and sizes, pooled and average-variance d differ as by hand", () => {
  // Variances 1 and 16, means 2 and 4: pooled (2 x 1 + 1 x 8) / 3 with the second sample of two values, variance 8.
  expect(cohensD([1, 2, 3], [2, 6])).toBeCloseTo(-2 / Math.sqrt(10 / 3), 12)
  expect(averageVarianceD([1, 2, 3], [2, 6])).toBeCloseTo(-2 / Math.sqrt(4.5), 12)
})

const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 9 })

test("delta is bounded, mirrored by swapping, and unmoved by any rising map", () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const delta = cliffsDelta(first, second)
      expect(Math.abs(delta)).toBeLessThanOrEqual(1)
      expect(cliffsDelta(second, first)).toBeCloseTo(-delta, 12)
      const risen = (values: readonly number[]) => values.map((value) => value ** 3)
      expect(cliffsDelta(risen(first), risen(second))).toBe(delta)
    }),
  )
})

test("d does not depend on the unit, and Hedges' g is smaller", () => {
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: 1, max: 9 }), (first, second, unit) => {
      fc.pre(new Set(first).size > 1)
      const scaled = (values: readonly number[]) => values.map((value) => unit * value + 3)
      expect(cohensD(scaled(first), scaled(second))).toBeCloseTo(cohensD(first, second), 9)
      expect(Math.abs(hedgesG(first, second))).toBeLessThanOrEqual(Math.abs(cohensD(first, second)))
    }),
  )
})
