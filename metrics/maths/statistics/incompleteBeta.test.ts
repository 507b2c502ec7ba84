import fc from "fast-check"
import { expect, test } from "vitest"
import { incompleteBeta } from "./incompleteBeta.ts"

test("it takes scipy 1.10.1 beta quantiles back to their shares", () => {
  const golden = [
    [0.025, 3, 8, 0.06673951117773447],
    [0.975, 48, 4, 0.978216437943731],
    [0.5, 0.5, 0.5, 0.4999999999999999],
  ] as const
  for (const [share, a, b, x] of golden) expect(incompleteBeta(x, a, b)).toBeCloseTo(share, 11)
})

test("with b = 1 it is x^a, and it is 1 - itself with everything swapped", () => {
  // Below 1/1000 the test's own 1 - x would lose the digits that it checks.
  const x = fc.double({ min: 0.001, max: 1, noNaN: true })
  const parameter = fc.double({ min: 0.1, max: 200, noNaN: true })
  fc.assert(
    fc.property(x, parameter, parameter, (x, a, b) => {
      expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 11)
      expect(incompleteBeta(x, a, b)).toBeCloseTo(1 - incompleteBeta(1 - x, b, a), 11)
    }),
  )
})

test("arguments outside the domain are refused with a sentence", () => {
  expect(() => incompleteBeta(1.5, 1, 1)).toThrow(
    "Expected x of the incomplete beta function in [0, 1], but got 1.5.",
  )
  expect(() => incompleteBeta(0.5, 0, 1)).toThrow("Expected positive parameters")
})
