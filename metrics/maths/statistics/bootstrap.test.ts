import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { bootstrap, bootstrapInterval, resamplings } from "./bootstrap.ts"
import { mean } from "./mean.ts"
import { quantileOfSorted } from "./quantile.ts"

const values = [4.006, 0.934, 0.269, 3.065, 1.147, 4.715, 0.668, 0.72, 0.532, 1.263]
const draw = (seed: number, repetitions = 500) =>
  bootstrap(values, mean, resamplings(stream(seed, "test", "bootstrap"), values.length, repetitions))

test("one seed gives one set of resamples, another seed another", () => {
  expect(draw(1).resampled).toEqual(draw(1).resampled)
  expect(draw(2).resampled).not.toEqual(draw(1).resampled)
})

test("quantiles are NumPy's", () => {
  // numpy.percentile([1, 2, 4, 8], [0, 30, 50, 100])
  expect([0, 0.3, 0.5, 1].map((share) => quantileOfSorted([1, 2, 4, 8], share))).toEqual([1, 1.9, 3, 8])
})

test("basic mirrors percentile at the estimate, and norm is centred on it", () => {
  const drawn = draw(1)
  const [percentile, basic, norm] = (["percentile", "basic", "norm"] as const).map(
    (method) => bootstrapInterval(drawn, 0.05, method)!,
  )
  expect(basic!.low + percentile!.high).toBeCloseTo(2 * drawn.estimate, 12)
  expect((norm!.low + norm!.high) / 2).toBeCloseTo(drawn.estimate, 12)
})

test("the jackknife of symmetric values has no skew, so BCa is BC; for a long right tail BCa reaches further right", () => {
  const symmetric = [-3, -2, -1, 1, 2, 3]
  const drawn = bootstrap(symmetric, mean, resamplings(stream(1, "test"), symmetric.length, 500))
  expect(bootstrapInterval(drawn, 0.05, "bca")!.high).toBeCloseTo(
    bootstrapInterval(drawn, 0.05, "bc")!.high,
    9,
  )
  const skewed = draw(1)
  expect(bootstrapInterval(skewed, 0.05, "bca")!.high).toBeGreaterThan(
    bootstrapInterval(skewed, 0.05, "percentile")!.high,
  )
})

test("values without spread have no bias correction", () => {
  const drawn = bootstrap([2, 2, 2], mean, resamplings(stream(1, "test"), 3, 50))
  expect(bootstrapInterval(drawn, 0.05, "bca")).toBeNull()
  expect(bootstrapInterval(drawn, 0.05, "percentile")).toEqual({ low: 2, high: 2 })
})

test("intervals move and stretch with the values", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -50, max: 50 }), (unit, shift) => {
      const indices = [...resamplings(stream(3, "test"), values.length, 200)]
      const plain = bootstrap(values, mean, indices)
      const moved = bootstrap(
        values.map((value) => unit * value + shift),
        mean,
        indices,
      )
      for (const method of ["percentile", "basic", "norm", "bc", "bca"] as const) {
        const before = bootstrapInterval(plain, 0.1, method)!
        expect(bootstrapInterval(moved, 0.1, method)!.low).toBeCloseTo(unit * before.low + shift, 6)
      }
    }),
    { numRuns: 20 },
  )
})

test("one value cannot be resampled", () => {
  expect(() => bootstrap([1], mean, [])).toThrow("Expected at least two values to resample, but got 1.")
})
