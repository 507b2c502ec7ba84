import fc from "fast-check"
import { expect, test } from "vitest"
import { probabilityOfSuperiority } from "../../maths/statistics/effectSize.ts"
import { mannWhitney } from "./mannWhitney.ts"

// scipy 1.10.1 scipy.stats.mannwhitneyu.
const x = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
const y = [0.7487, 0.1622, 2.7713, 1.7523, -1.2188, 0.462, 1.1398, -1.1753]

test("exact and asymptotic p agree with scipy 1.10.1", () => {
  expect(mannWhitney(x, y).statistic).toBe(29)
  expect(mannWhitney(x, y).pValue).toBeCloseTo(0.7984459984459983, 12)
  expect(mannWhitney(x, y, { alternative: "less" }).pValue).toBeCloseTo(0.39922299922299914, 12)
  expect(mannWhitney(x, y, { method: "asymptotic" }).pValue).toBeCloseTo(0.7928955031789606, 12)
  expect(mannWhitney(x, y, { method: "asymptotic", continuity: false }).pValue).toBeCloseTo(
    0.7527138062630524,
    12,
  )
})

test("five seeds against five that are all larger give 2 / 252", () => {
  expect(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).pValue).toBeCloseTo(2 / 252, 14)
})

const sample = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 })

test("U is n m times the probability of superiority, and the exact p counts all ways to deal, with ties", () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const { statistic, pValue } = mannWhitney(first, second, { alternative: "greater" })
      expect(statistic).toBeCloseTo(
        first.length * second.length * probabilityOfSuperiority(first, second),
        10,
      )
      const pooled = [...first, ...second]
      let [as, all] = [0, 0]
      for (let set = 0; set < 2 ** pooled.length; set++) {
        const taken = pooled.filter((_, i) => (set >> i) & 1)
        if (taken.length !== first.length) continue
        const left = pooled.filter((_, i) => !((set >> i) & 1))
        all++
        const u = taken.length * left.length * probabilityOfSuperiority(taken, left)
        if (u >= statistic - 1e-9) as++
      }
      expect(pValue).toBeCloseTo(as / all, 10)
    }),
    { numRuns: 40 },
  )
})

test("swapping the samples swaps the one-sided p", () => {
  fc.assert(
    fc.property(sample, sample, fc.constantFrom("exact", "asymptotic"), (first, second, method) => {
      fc.pre(new Set([...first, ...second]).size > 1)
      expect(mannWhitney(first, second, { alternative: "greater", method }).pValue).toBeCloseTo(
        mannWhitney(second, first, { alternative: "less", method }).pValue,
        12,
      )
    }),
  )
})

test("too large an exact test is refused with the way out", () => {
  const many = Array.from({ length: 400 }, (_, i) => i)
  expect(() => mannWhitney(many, many)).toThrow("ask for the asymptotic method")
  expect(() => mannWhitney([], [1])).toThrow("Expected two samples with values, but got 0 and 1 of them.")
})
