import fc from "fast-check"
import { expect, test } from "vitest"
import { separationOf } from "./separation.ts"
import { spreadOf, varietyOf } from "./spread.ts"

const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 })

test("the accuracy of scores is the share of pairs that they order, ties counted half", () => {
  fc.assert(
    fc.property(scores, scores, (real, generated) => {
      const pairs = real.flatMap((r) => generated.map((g) => (r > g ? 1 : r === g ? 0.5 : 0)))
      const expected = pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length
      expect(separationOf(real, generated).accuracy).toBeCloseTo(expected, 12)
      expect(separationOf(generated, real).accuracy).toBeCloseTo(1 - expected, 12)
    }),
  )
})

test("the gap is the difference of the means", () => {
  expect(separationOf([1, 3], [0, 1, 2]).gap).toBe(1)
})

test("a set's spread is that of its pairs", () => {
  const { meanDistance, nearest } = spreadOf(Float64Array.from([0, 0, 3, 4, 0, 1]), 2)
  expect(meanDistance).toBeCloseTo((5 + 1 + Math.sqrt(18)) / 3, 12)
  expect([...nearest]).toEqual([1, Math.sqrt(18), 1])
  expect(() => spreadOf(Float64Array.from([1, 2]), 2)).toThrow(/^Expected at least two rows of 2 numbers/)
})

test("what is real has a diversity of 1 and few duplicates, what is all one has neither", () => {
  const real = spreadOf(
    Float64Array.from({ length: 200 }, (_, at) => (at * 37) % 101),
    1,
  )
  expect(varietyOf(real, real)).toEqual({ diversity: 1, duplicates: 0 })
  const one = spreadOf(new Float64Array(100).fill(0.3), 1)
  const distinct = spreadOf(
    Float64Array.from({ length: 100 }, (_, at) => at),
    1,
  )
  expect(varietyOf(one, distinct)).toEqual({ diversity: 0, duplicates: 1 })
})
