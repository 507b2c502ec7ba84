import fc from "fast-check"
import { expect, test } from "vitest"
import { holm } from "./holm.ts"

test("adjusted p values agree with statsmodels multipletests(method='holm')", () => {
  const p = [0.006737, 0.02826, 0.01887, 0.06997, 0.07025, 0.1144, 0.004819, 0.06997, 0.001839, 0.002551]
  const adjusted = [
    0.047159, 0.1413, 0.11322, 0.27988, 0.27988, 0.27988, 0.038552, 0.27988, 0.01839, 0.022959,
  ]
  holm(p).forEach((value, i) => {
    expect(value).toBeCloseTo(adjusted[i]!, 12)
  })
})

const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })

test("adjusted values are never below the given ones, never above Bonferroni's, and keep their order", () => {
  fc.assert(
    fc.property(family, (p) => {
      const adjusted = holm(p)
      p.forEach((value, i) => {
        expect(adjusted[i]!).toBeGreaterThanOrEqual(value)
        expect(adjusted[i]!).toBeLessThanOrEqual(Math.min(1, value * p.length))
        p.forEach((other, j) => {
          if (value < other) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!)
        })
      })
    }),
  )
})

test("the order of the family does not matter", () => {
  fc.assert(
    fc.property(family, (p) => {
      expect(holm(p.toReversed())).toEqual(holm(p).toReversed())
    }),
  )
})
