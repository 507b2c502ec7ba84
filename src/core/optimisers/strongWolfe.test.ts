import fc from "fast-check"
import { expect, test } from "vitest"
import { cubicMinimum, strongWolfe } from "./strongWolfe.ts"

/** Searches along a function of one number, from 0. */
async function searched(f: (t: number) => number, slopeAt: (t: number) => number, first: number) {
  const seen: number[] = []
  const point = (length: number) => ({
    length,
    loss: f(length),
    slope: slopeAt(length),
    gradient: Float64Array.of(slopeAt(length)),
  })
  const found = await strongWolfe({
    start: point(0),
    first,
    reach: 1,
    toleranceChange: 1e-9,
    async evaluate(length) {
      seen.push(length)
      return point(length)
    },
  })
  return { found, seen }
}

/** Unlike `fc.double`, which prefers small numbers. */
const evenly = (min: number, max: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((part) => min + ((max - min) * part) / 10_000)
const size = fc.double({ min: 0.05, max: 20, noNaN: true })

test("the length that it finds satisfies both strong Wolfe conditions, for parabolas of all widths", async () => {
  await fc.assert(
    fc.asyncProperty(size, size, async (minimum, first) => {
      const f = (t: number) => (t - minimum) ** 2
      const slope = (t: number) => 2 * (t - minimum)
      const { found, seen } = await searched(f, slope, first)
      expect(found.loss).toBeLessThanOrEqual(f(0) + 1e-4 * found.length * slope(0))
      expect(Math.abs(found.slope)).toBeLessThanOrEqual(-0.9 * slope(0))
      expect(seen.length).toBeLessThan(10)
    }),
  )
})

test("both conditions hold in hilly valleys, and no length with sufficient decrease that was tried is lower", async () => {
  const hills = fc.record({
    minimum: evenly(0, 10),
    steepness: evenly(0.05, 1),
    height: evenly(0, 2),
    frequency: evenly(0.5, 4.5),
    phase: evenly(0, 2 * Math.PI),
    first: evenly(-2, 1).map((exponent) => 10 ** exponent),
  })
  await fc.assert(
    fc.asyncProperty(hills, async ({ minimum, steepness, height, frequency, phase, first }) => {
      const f = (t: number) => steepness * (t - minimum) ** 2 + height * Math.cos(frequency * t + phase)
      const slope = (t: number) =>
        2 * steepness * (t - minimum) - height * frequency * Math.sin(frequency * t + phase)
      fc.pre(slope(0) < -0.1)
      const { found, seen } = await searched(f, slope, first)
      const enough = (length: number) => f(length) <= f(0) + 1e-4 * length * slope(0)
      expect(enough(found.length)).toBe(true)
      expect(Math.abs(found.slope)).toBeLessThanOrEqual(-0.9 * slope(0))
      expect(found.loss).toBe(Math.min(...seen.filter(enough).map(f)))
    }),
    { numRuns: 2000 },
  )
})

test("a first length that satisfies the conditions is taken at once", async () => {
  const { found, seen } = await searched(
    (t) => (t - 1) ** 2,
    (t) => 2 * (t - 1),
    1.2,
  )
  expect(seen).toEqual([1.2])
  expect(found.length).toBe(1.2)
})

test("a first length much too short grows by at most ten times each trial", async () => {
  const { found, seen } = await searched(
    (t) => (t - 1) ** 2,
    (t) => 2 * (t - 1),
    1e-3,
  )
  expect(seen[1]).toBeCloseTo(1e-2, 12)
  expect(found.slope).toBeGreaterThanOrEqual(-1.8)
})

test("steps back from where the loss is not finite", async () => {
  const f = (t: number) => (t < 1 ? t ** 2 - t : Number.NaN)
  const { found } = await searched(f, (t) => (t < 1 ? 2 * t - 1 : Number.NaN), 8)
  expect(found.length).toBeGreaterThan(0)
  expect(found.loss).toBeLessThan(0)
})

test("gives up where the loss falls for ever, at the furthest and best point, after 25 more trials", async () => {
  const { found, seen } = await searched(
    (t) => -t,
    () => -1,
    1,
  )
  expect(seen).toHaveLength(26)
  expect(found.length).toBe(seen.at(-1))
})

test("stays at the start where every length is worse", async () => {
  const { found } = await searched(
    (t) => (t === 0 ? 0 : 1),
    () => -1,
    1,
  )
  expect(found.length).toBe(0)
})

test("the cubic's minimum is exact for cubics, whichever end is named first, and stays within its limits", () => {
  // t^3 - 3 t has its minimum at 1.
  const at = (length: number) => ({ length, loss: length ** 3 - 3 * length, slope: 3 * length ** 2 - 3 })
  expect(cubicMinimum(at(0), at(3), 0, 3)).toBeCloseTo(1, 12)
  expect(cubicMinimum(at(3), at(0), 0, 3)).toBeCloseTo(1, 12)
  expect(cubicMinimum(at(0), at(3), 1.5, 3)).toBe(1.5)
  // A line has none: the middle.
  const line = (length: number) => ({ length, loss: -length, slope: -1 })
  expect(cubicMinimum(line(0), line(2), 2, 6)).toBe(4)
})
