import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  msSsimWeights,
  multiScaleSimilarity,
  scalesThatFit,
  smallestSide,
  weightsOfScales,
} from "./multiScaleSimilarity.ts"
import { gaussianWindow, uniformWindow } from "./ssimWindow.ts"
import { structuralSimilarity, usualWindow } from "./structuralSimilarity.ts"

function image(name: string, size: number): Float64Array {
  const source = stream("multiScaleSimilarity.test", name)
  return Float64Array.from({ length: size }, () => source.uniform())
}
const options = { range: 1, border: "reflect", negative: "relu" } as const

test("of one scale with weight 1 it is SSIM", () => {
  const [a, b] = [image("a", 12 * 13 * 3), image("b", 12 * 13 * 3)]
  for (const border of ["valid", "reflect"] as const) {
    const single = multiScaleSimilarity(a, b, [12, 13, 3], {
      ...options,
      border,
      negative: "none",
      weights: [1],
    })
    expect(single).toBe(structuralSimilarity(a, b, [12, 13, 3], { range: 1, border }))
  }
})

test("of constant images it is the luminance term to the power of the last weight", () => {
  const level = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(level, level, (x, y) => {
      const [a, b] = [new Float64Array(16 * 16).fill(x), new Float64Array(16 * 16).fill(y)]
      const weights = [0.3, 0.4, 0.3]
      const value = multiScaleSimilarity(a, b, [16, 16, 1], { ...options, weights, window: uniformWindow(3) })
      const luminance = (2 * x * y + 1e-4) / (x * x + y * y + 1e-4)
      expect(Math.abs(value - luminance ** 0.3)).toBeLessThan(1e-9)
    }),
    { numRuns: 30 },
  )
})

test("it is 1 for equal images, symmetric, and in [0, 1]", () => {
  const pixels = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 144, maxLength: 144 })
  fc.assert(
    fc.property(pixels, pixels, fc.constantFrom("relu" as const, "simple" as const), (a, b, negative) => {
      const own = { ...options, negative, weights: [0.5, 0.5], window: uniformWindow(3) }
      const value = multiScaleSimilarity(a, b, [12, 12, 1], own)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1 + 1e-12)
      expect(multiScaleSimilarity(b, a, [12, 12, 1], own)).toBeCloseTo(value, 10)
      expect(multiScaleSimilarity(a, a, [12, 12, 1], own)).toBe(1)
    }),
    { numRuns: 40 },
  )
})

test("a negative contrast counts as 0, is moved to [0, 1], or has no power, as the convention says", () => {
  const a = Float64Array.from({ length: 144 }, (_, i) => i % 2)
  const b = a.map((value) => 1 - value)
  const own = { ...options, weights: [0.5, 0.5], window: uniformWindow(3) }
  expect(multiScaleSimilarity(a, b, [12, 12, 1], { ...own, negative: "relu" })).toBe(0)
  expect(multiScaleSimilarity(a, b, [12, 12, 1], { ...own, negative: "simple" })).toBeGreaterThan(0)
  expect(multiScaleSimilarity(a, b, [12, 12, 1], { ...own, negative: "none" })).toBeNaN()
})

test("images that are too small are refused with the true smallest side and what would fit", () => {
  // 11 * 2^4; torchmetrics' message asks for more than 160, its check for 176.
  const small = new Float64Array(64 * 64)
  expect(() => multiScaleSimilarity(small, small, [64, 64, 1], options)).toThrow(
    "Expected images of at least 176x176 pixels for MS-SSIM of 5 scales with a window of side 11, but got 64x64; take 3 scales or a smaller window.",
  )
  expect(() => multiScaleSimilarity(small, small, [64, 8, 8], { ...options, weights: [1] })).toThrow(
    "Expected images of at least 11x11 pixels for MS-SSIM of 1 scale with a window of side 11, but got 64x8; use larger images or a smaller window.",
  )
  expect(multiScaleSimilarity(small, small, [64, 64, 1], { ...options, weights: weightsOfScales(3) })).toBe(1)
})

test("the scales that fit are those whose smallest side is not above the image's", () => {
  expect(smallestSide(5, usualWindow)).toBe(176)
  expect(scalesThatFit([176, 180, 3], usualWindow, 5)).toBe(5)
  expect(scalesThatFit([175, 180, 3], usualWindow, 5)).toBe(4)
  expect(scalesThatFit([10, 180, 3], usualWindow, 5)).toBe(0)
  expect(scalesThatFit([10, 180, 3], gaussianWindow(0.8), 5)).toBe(1)
})

test("weights of fewer scales keep their proportions and sum to 1", () => {
  const three = weightsOfScales(3)
  expect(three.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
  expect(three[1]! / three[0]!).toBeCloseTo(msSsimWeights[1]! / msSsimWeights[0]!, 12)
  expect(weightsOfScales(5)).toEqual([...msSsimWeights])
})
