import fc from "fast-check"
import { expect, test } from "vitest"
import { tick } from "./tick.ts"

test("five marks of an axis are five words, however small a part of the scale it shows", () => {
  const low = fc.double({ min: -100, max: 100, noNaN: true })
  const range = fc.double({ min: 1e-4, max: 1e4, noNaN: true })
  fc.assert(
    fc.property(low, range, (from, size) => {
      const marks = [0, 1, 2, 3, 4].map((at) => tick(from + (at / 4) * size, size))
      expect(new Set(marks).size).toBe(5)
    }),
  )
})
