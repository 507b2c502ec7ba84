import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type GapRuns, gapClosed, gapClosedOverSeeds } from "./gapClosed.ts"

test("the share is that of the gap, below 0, above 1, and undefined where there is no gap", () => {
  // Reference numbers "adaptation", gap_closed.
  expect(gapClosed(0.6, 0.75, 0.9)).toBeCloseTo(0.5, 12)
  expect(gapClosed(0.7, 0.65, 0.95)).toBeCloseTo(-0.2, 12)
  expect(gapClosed(0.6, 0.97, 0.95)).toBeCloseTo(1.0571428571428572, 12)
  expect(gapClosed(0.9, 0.92, 0.9)).toBeNaN()
})

const runs = (noise: number, count = 6): GapRuns[] => {
  const source = stream("gapClosed.test")
  return Array.from({ length: count }, (_, seed) => {
    const shared = noise * source.normal()
    return { seed, sourceOnly: 0.5 + shared, adapted: 0.7 + shared, targetOracle: 0.9 + shared }
  })
}
const options = { alpha: 0.05, seed: 0, resamples: 500 }

test("what the three runs of a seed share cancels in the interval", () => {
  const { fraction, interval, withoutGap } = gapClosedOverSeeds(runs(0.05), options)
  expect(fraction).toBeCloseTo(0.5, 10)
  expect(interval!.low).toBeCloseTo(0.5, 10)
  expect(interval!.high).toBeCloseTo(0.5, 10)
  expect(withoutGap).toBe(0)
})

test("the interval holds the share, comes again with its seed, and does not depend on the order of the runs", () => {
  const own = runs(0).map((run, i) => ({ ...run, adapted: run.adapted + 0.02 * i }))
  const found = gapClosedOverSeeds(own, options)
  expect(found.interval!.low).toBeLessThan(found.fraction)
  expect(found.interval!.high).toBeGreaterThan(found.fraction)
  expect(gapClosedOverSeeds(own.toReversed(), options)).toEqual(found)
  expect(gapClosedOverSeeds(own, { ...options, seed: 1 })).not.toEqual(found)
})

test("accuracies in any unit have the same share", () => {
  const accuracy = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(accuracy, accuracy, accuracy, (a, b, c) => {
      fc.pre(Math.abs(c - a) > 1e-3)
      const share = gapClosed(a, b, c)
      expect(Math.abs(gapClosed(100 * a + 3, 100 * b + 3, 100 * c + 3) - share)).toBeLessThan(
        1e-8 * (1 + Math.abs(share)),
      )
      expect(gapClosed(c, b, a)).toBeCloseTo(1 - share, 8)
    }),
  )
})

test("where the gap itself is in doubt, or one seed is all there is, there is no interval", () => {
  const doubtful = runs(0).map((run, i) => ({ ...run, targetOracle: 0.5 + (i % 2 === 0 ? 0.1 : -0.09) }))
  const found = gapClosedOverSeeds(doubtful, options)
  expect(found.interval).toBeUndefined()
  expect(found.withoutGap).toBeGreaterThan(25)
  expect(gapClosedOverSeeds(runs(0, 1), options)).toMatchObject({ seeds: 1, resamples: 0 })
})

test("a seed that comes twice is refused in one sentence", () => {
  expect(() => gapClosedOverSeeds([...runs(0, 1), ...runs(0, 1)], options)).toThrow(
    "Expected runs of different seeds, at least 1, but got seeds [0,0]; give one entry for each training seed.",
  )
})
