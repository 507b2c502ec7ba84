import fc from "fast-check"
import { expect, test } from "vitest"
import { pairedT } from "../../maths/statistics/pairedT.ts"
import { oneSampleT, studentT, welchT } from "./tTest.ts"

const x = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
const y = [0.7487, 0.1622, 2.7713, 1.7523, -1.2188, 0.462, 1.1398, -1.1753]
const differences = x.map((value, i) => value - y[i]!)

test("t and p agree with scipy 1.10.1", () => {
  expect(oneSampleT(differences).statistic).toBeCloseTo(-0.4398261268903232, 12)
  expect(oneSampleT(differences, "greater").pValue).toBeCloseTo(0.6633388098854689, 12)
  expect(studentT(x, y).statistic).toBeCloseTo(-0.3977958673709308, 12)
  expect(studentT(x, y).pValue).toBeCloseTo(0.6967801597883314, 12)
  expect(welchT(x, y).pValue).toBeCloseTo(0.696963921547822, 12)
})

const sample = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 9 })

test("the paired test is the one-sample test of the differences", () => {
  fc.assert(
    fc.property(sample, (differences) => {
      fc.pre(new Set(differences).size > 1)
      const zeros = differences.map(() => 0)
      expect(oneSampleT(differences).pValue).toBeCloseTo(pairedT(differences, zeros, 0.05).pValue, 10)
    }),
  )
})

test("the one-sided p values add up to one, and with equal sizes both two-sample t are the same", () => {
  fc.assert(
    fc.property(sample, (first) => {
      const second = first.map((value, i) => (value * (i + 3)) % 17)
      fc.pre(new Set(first).size > 1)
      expect(studentT(first, second, "greater").pValue + studentT(first, second, "less").pValue).toBeCloseTo(
        1,
      )
      expect(welchT(first, second).statistic).toBeCloseTo(studentT(first, second).statistic, 9)
    }),
  )
})

test("samples without spread have no t", () => {
  expect(welchT([1, 1], [1, 1]).pValue).toBeNaN()
})
