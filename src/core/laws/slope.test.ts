import fc from "fast-check"
import { expect, test } from "vitest"
import { type AlongLine, expectSlope, isResolved } from "./slope.ts"

const step = 1 / 16

/** A function's values along the line through `x`. */
const line = (f: (x: number) => number, x: number): AlongLine => ({
  step,
  centre: f(x),
  ahead: f(x + step),
  behind: f(x - step),
  nearAhead: f(x + step / 2),
  nearBehind: f(x - step / 2),
  rounding: 1e-6,
  relative: 2e-3,
  resolved: 0.01,
})

const holds = (got: number, ...lines: readonly AlongLine[]): boolean => {
  try {
    expectSlope("the slope", got, lines)
    return true
  } catch {
    return false
  }
}

test("a smooth function has its own slope, and none that is one percent off", () => {
  fc.assert(
    fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (x) => {
      const at = line((t) => Math.exp(t) + t ** 2 + 3 * t, x)
      const slope = Math.exp(x) + 2 * x + 3
      fc.pre(Math.abs(slope) > 0.1)
      expect([isResolved(at), holds(slope, at), holds(1.01 * slope, at)]).toEqual([true, true, false])
    }),
  )
})

test("at a kink any slope between those of its sides is one, and none beyond", () => {
  const kink = line((t) => Math.max(2 * t, -t), 0)
  expect([-1, 0, 1.3, 2].map((slope) => holds(slope, kink))).toEqual([true, true, true, true])
  expect([-1.1, 2.1].map((slope) => holds(slope, kink))).toEqual([false, false])
})

test("beside a kink the slope is that of its side, wherever within the step the kink is", () => {
  fc.assert(
    fc.property(fc.integer({ min: -64, max: 64 }), fc.constantFrom(1, -1), (share, side) => {
      const distance = (share / 64) * step
      fc.pre(distance !== 0)
      const beside = line((t) => Math.abs(side * t - distance), 0)
      expect(holds(side * (distance > 0 ? -1 : 1), beside)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test("what happens within the step is noticed, and slopes of several functions add up", () => {
  const narrow = line((t) => Math.hypot(t - 0.02, 0.01), 0)
  expect(isResolved(narrow)).toBe(false)
  const [square, cube] = [line((t) => t ** 2, 1), line((t) => t ** 3, 1)]
  expect([holds(5, square, cube), holds(5.1, square, cube), holds(Number.NaN, square)]).toEqual([
    true,
    false,
    false,
  ])
})
