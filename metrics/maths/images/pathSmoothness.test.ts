import fc from "fast-check"
import { expect, test } from "vitest"
import { pathSmoothness } from "./pathSmoothness.ts"

const image = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
const blend = (a: readonly number[], b: readonly number[], frames: number) =>
  Array.from({ length: frames }, (_, frame) => {
    const t = frame / (frames - 1)
    return a.map((value, i) => value + t * (b[i]! - value))
  })

test("of an even fade it is the squared difference of its ends, at any number of frames, and no step is larger", () => {
  fc.assert(
    fc.property(image, image, fc.integer({ min: 2, max: 20 }), (a, b, frames) => {
      const { length, largest } = pathSmoothness([blend(a, b, frames)], 1 / (frames - 1))
      const whole = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length
      expect(length).toBeCloseTo(whole, 8)
      expect(largest).toBeCloseTo(whole, 8)
    }),
  )
})

test("of a way that stands still and jumps once, the jump is as many times the mean as there are steps", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(), (steps, place) => {
      const at = place % steps
      const leg = Array.from({ length: steps + 1 }, (_, frame) => [frame > at ? 1 : -1])
      const still = Array.from({ length: steps + 1 }, () => [1])
      const found = pathSmoothness([still, leg], 1 / steps)
      expect(found.at).toEqual({ leg: 1, frame: at })
      expect(found.largest).toBeCloseTo(4 * steps ** 2, 8)
      expect(found.largest / found.length).toBeCloseTo(2 * steps, 8)
    }),
  )
})

test("a way of one image, or without a step, is a sentence", () => {
  expect(() => pathSmoothness([[[1]]], 0.5)).toThrow("Expected a leg of two images or more, but got none.")
  expect(() => pathSmoothness([[[1], [2]]], 0)).toThrow("as a share of a leg, but got 0.")
})
