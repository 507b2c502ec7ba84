import fc from "fast-check"
import { expect, test } from "vitest"
import { dcganChannels, dcganPyramid, dcganRefusals } from "./dcganPyramid.ts"
import { images } from "./testing/fields.ts"

test("the paper's 64 pixels lead to a 4x4 map in four levels, 28 pixels to 7x7 in two", () => {
  expect(dcganPyramid(64, 64)).toEqual({ levels: 4, height: 4, width: 4 })
  expect(dcganPyramid(32, 32)).toEqual({ levels: 3, height: 4, width: 4 })
  expect(dcganPyramid(28, 28)).toEqual({ levels: 2, height: 7, width: 7 })
  expect(dcganPyramid(32, 48)).toEqual({ levels: 3, height: 4, width: 6 })
  expect(dcganChannels(64, 4)).toEqual([64, 128, 256, 512])
})

test("4 to 7 pixels times a power of two are found again, and nothing else is", () => {
  const innermost = fc.integer({ min: 4, max: 7 })
  fc.assert(
    fc.property(innermost, fc.integer({ min: 1, max: 6 }), (side, levels) => {
      const whole = side * 2 ** levels
      expect(dcganPyramid(whole, whole)).toEqual({ levels, height: side, width: side })
    }),
  )
  const side = fc.integer({ min: 1, max: 300 })
  fc.assert(
    fc.property(side, side, (height, width) => {
      const found = dcganPyramid(height, width)
      if (found === undefined) return
      expect([found.height * 2 ** found.levels, found.width * 2 ** found.levels]).toEqual([height, width])
      expect(Math.min(found.height, found.width)).toBeGreaterThanOrEqual(4)
      expect(Math.min(found.height, found.width)).toBeLessThanOrEqual(7)
    }),
  )
  for (const other of [4, 7, 30, 33, 36]) expect(dcganPyramid(other, other)).toBeUndefined()
})

test("other sides are refused in a sentence", () => {
  expect(dcganRefusals(images(28, 28, 1))).toEqual([])
  expect(dcganRefusals(images(30, 30, 1))).toEqual([
    "Expected images [height, width, channels] for a DCGAN whose sides are 4, 5, 6 or 7 pixels times a power of two " +
      "(28, 32, 64, ...), but got [30, 30, 1]; change the image size.",
  ])
  expect(dcganRefusals(undefined)[0]).toContain("but got none;")
})
