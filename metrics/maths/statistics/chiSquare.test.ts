import fc from "fast-check"
import { expect, test } from "vitest"
import { chiSquareUpperTail } from "./chiSquare.ts"
import { normalUpperTail } from "./normal.ts"

test("it agrees with scipy 1.10.1 scipy.stats.chi2.sf", () => {
  expect(chiSquareUpperTail(3.84, 1)).toBeCloseTo(0.05004352124870519, 13)
  expect(chiSquareUpperTail(20, 5)).toBeCloseTo(0.0012497305630313773, 13)
  expect(chiSquareUpperTail(0.1, 3)).toBeCloseTo(0.9918374237318764, 13)
})

test("with two degrees of freedom it is exp(-x/2), with one a two-sided normal tail", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 200, noNaN: true }), (x) => {
      expect(Math.abs(chiSquareUpperTail(x, 2) / Math.exp(-x / 2) - 1)).toBeLessThan(1e-11)
      expect(Math.abs(chiSquareUpperTail(x, 1) / (2 * normalUpperTail(Math.sqrt(x))) - 1)).toBeLessThan(1e-10)
    }),
  )
})

test("what has no tail is refused or certain", () => {
  expect(chiSquareUpperTail(-1, 3)).toBe(1)
  expect(() => chiSquareUpperTail(1, 0)).toThrow("Expected positive degrees of freedom, but got 0.")
})
