import fc from "fast-check"
import { expect, test } from "vitest"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { claimable } from "./claimable.ts"

const sumsOf = (differences: readonly number[]) => ({
  pairs: differences.length,
  sum: differences.reduce((sum, value) => sum + value, 0),
  squares: differences.reduce((sum, value) => sum + value * value, 0),
})

const testOf = (differences: readonly number[]) =>
  pairedT(
    differences,
    differences.map(() => 0),
    0.05,
  )

const anyDifferences = fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 2, maxLength: 50 })
const anyFamily = fc.integer({ min: 1, max: 1000 })

test("whatever Holm's first step could claim is claimable", () => {
  fc.assert(
    fc.property(anyDifferences, anyFamily, (differences, comparisons) => {
      if (testOf(differences).pValue <= 0.05 / comparisons) {
        expect(claimable(0.05 / comparisons)(sumsOf(differences))).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test("what is not claimable is told apart where the p is clearly above the strictest level", () => {
  fc.assert(
    fc.property(anyDifferences, anyFamily, (differences, comparisons) => {
      const { deviation, pValue } = testOf(differences)
      // Without spread there is no t, and the p is that of sign flips.
      if (deviation > 0 && pValue > (1.01 * 0.05) / comparisons) {
        expect(claimable(0.05 / comparisons)(sumsOf(differences))).toBe(false)
      }
    }),
    { numRuns: 500, examples: [[[1.9959915018307164, 1.982873502988916], 25]] },
  )
})

test("differences without spread are claimable, and fewer than two are not", () => {
  expect(claimable(0.0005)(sumsOf([0.1, 0.1, 0.1]))).toBe(true)
  expect(claimable(0.0005)(sumsOf([7]))).toBe(false)
  expect(claimable(0.0005)(sumsOf([]))).toBe(false)
})
