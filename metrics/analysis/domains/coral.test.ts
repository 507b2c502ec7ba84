import fc from "fast-check"
import { expect, test } from "vitest"
import { coralOfSamples } from "./coral.ts"

const size = 2
const sample = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 10, maxLength: 10 })
  .map((values) => Float64Array.from(values))

test("two covariances give the squared Frobenius distance over 4 d^2", () => {
  // {(1, 1), (-1, -1)} has covariance 2 everywhere, {(1, -1), (-1, 1)} has -2 off the diagonal: 2 * 4^2 / 16.
  expect(coralOfSamples(Float64Array.of(1, 1, -1, -1), Float64Array.of(1, -1, -1, 1), 2)).toBe(2)
})

test("it is 0 for equal covariances, symmetric, blind to the mean, and grows with the fourth power of the scale", () => {
  fc.assert(
    fc.property(sample, sample, fc.double({ min: -5, max: 5, noNaN: true }), (s, t, shift) => {
      const distance = coralOfSamples(s, t, size)
      expect(distance).toBeGreaterThanOrEqual(0)
      expect(coralOfSamples(t, s, size)).toBe(distance)
      expect(coralOfSamples(s, s, size)).toBe(0)
      const near = (value: number, wanted: number) =>
        expect(Math.abs(value - wanted)).toBeLessThan(1e-9 * (1 + Math.abs(wanted)))
      near(
        coralOfSamples(
          s.map((value) => value + shift),
          t,
          size,
        ),
        distance,
      )
      near(
        coralOfSamples(
          s.map((value) => 3 * value),
          t.map((value) => 3 * value),
          size,
        ),
        81 * distance,
      )
    }),
  )
})
