import fc from "fast-check"
import { expect, test } from "vitest"
import { meanAbsoluteDifference, meanSquaredDifference } from "./meanDifferences.ts"

test("the differences are averaged", () => {
  expect(meanAbsoluteDifference([0, 1, -1], [0, 0, 1])).toBe(1)
  expect(meanSquaredDifference([0, 1, -1], [0, 0, 1])).toBeCloseTo(5 / 3, 15)
})

test("both errors are symmetric, 0 for equal images only, and the squared one is at least the absolute one's square", () => {
  const image = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(image, image, (a, b) => {
      for (const error of [meanAbsoluteDifference, meanSquaredDifference]) {
        expect(error(a, b)).toBe(error(b, a))
        expect(error(a, a)).toBe(0)
      }
      expect(meanSquaredDifference(a, b)).toBeGreaterThanOrEqual(meanAbsoluteDifference(a, b) ** 2 - 1e-15)
    }),
  )
})
