import fc from "fast-check"
import { expect, test } from "vitest"
import type { Schedule } from "../contracts/schedule.ts"
import { constant } from "./constant.ts"
import { cosine } from "./cosine.ts"
import { joined } from "./joined.ts"
import { linear } from "./linear.ts"
import { warmUp } from "./warmUp.ts"

const at = (schedule: Schedule, total: number, ...steps: readonly number[]) =>
  steps.map((step) => schedule(step, step / total))

test("each schedule holds from its boundary to the next", () => {
  const schedule = joined([constant(1), constant(2), constant(3)], [{ steps: 10 }, { share: 0.5 }])
  expect(at(schedule, 100, 0, 9, 10, 49, 50, 99)).toEqual([1, 1, 2, 2, 3, 3])
})

test("steps count from the boundary", () => {
  const schedule = joined([constant(5), linear({ length: { steps: 4 } })], [{ steps: 10 }])
  expect(at(schedule, 100, 9, 10, 11, 14, 50)).toEqual([5, 1, 0.75, 0, 0])
})

test("shares are shares of the segment, the last one up to the end of the stage", () => {
  const schedule = joined([linear(), linear(), linear()], [{ steps: 20 }, { share: 0.6 }])
  expect(at(schedule, 100, 0, 10, 20, 40, 60, 70, 99)).toEqual(
    [1, 0.5, 1, 0.5, 1, 0.75, 0.025].map((value) => expect.closeTo(value, 12)),
  )
})

test("a warm-up in steps and a cosine over all that is left meet at 1, and end at 0, in stages of any length", () => {
  const schedule = joined([warmUp({ length: { share: 1 } }), cosine()], [{ steps: 10 }])
  for (const total of [20, 77, 1000]) {
    expect(at(schedule, total, 0, 5, 10, total)).toEqual([0, 0.5, 1, expect.closeTo(0, 12)])
    expect(schedule(total - 1, (total - 1) / total)).toBeLessThan(0.03)
  }
})

test("a segment begins at the first whole step at or after its share: it never sees a step twice, nor one below 0", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 500 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (total, share) => {
        const seen: number[] = []
        const noting: Schedule = (step) => {
          seen.push(step)
          return 1
        }
        const schedule = joined([constant(0), noting], [{ share }])
        for (let step = 0; step < total; step++) schedule(step, step / total)
        expect(seen).toEqual(seen.map((_, index) => index))
      },
    ),
  )
})

test("joined schedules may be joined again", () => {
  const inner = joined([constant(2), constant(3)], [{ share: 0.5 }])
  expect(at(joined([constant(1), inner], [{ share: 0.5 }]), 100, 49, 50, 74, 75)).toEqual([1, 2, 2, 3])
})

test.each([0, 2])("two schedules with %i boundaries are refused in a sentence", (count) => {
  const boundaries = Array.from({ length: count }, (_, i) => ({ steps: i + 1 }))
  expect(() => joined([constant(1), constant(2)], boundaries)).toThrow(
    `expected one boundary between each schedule and the next but got ${count} boundaries for 2 schedules`,
  )
})
