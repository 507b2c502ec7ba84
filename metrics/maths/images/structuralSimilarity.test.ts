import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { gaussianWindow, uniformWindow } from "./ssimWindow.ts"
import { structuralSimilarity } from "./structuralSimilarity.ts"

const shape = [13, 14, 2] as const

function image(name: string): Float64Array {
  const source = stream("structuralSimilarity.test", name)
  return Float64Array.from({ length: shape[0] * shape[1] * shape[2] }, () => source.uniform())
}

/** Equation 13 of Wang et al. (2004) written out window by window, with the two-dimensional Gaussian. */
function byDefinition(a: Float64Array, b: Float64Array): number {
  const [height, width, channels] = shape
  const [side, sigma] = [11, 1.5]
  let total = 0
  let windows = 0
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row + side <= height; row++) {
      for (let column = 0; column + side <= width; column++) {
        const sums = { w: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 }
        for (let r = 0; r < side; r++) {
          for (let k = 0; k < side; k++) {
            const w = Math.exp(-((r - 5) ** 2 + (k - 5) ** 2) / (2 * sigma ** 2))
            const x = a[((row + r) * width + column + k) * channels + c]!
            const y = b[((row + r) * width + column + k) * channels + c]!
            sums.w += w
            sums.x += w * x
            sums.y += w * y
            sums.xx += w * x * x
            sums.yy += w * y * y
            sums.xy += w * x * y
          }
        }
        const [x, y] = [sums.x / sums.w, sums.y / sums.w]
        const [vx, vy, v] = [sums.xx / sums.w - x * x, sums.yy / sums.w - y * y, sums.xy / sums.w - x * y]
        total += ((2 * x * y + 1e-4) * (2 * v + 9e-4)) / ((x * x + y * y + 1e-4) * (vx + vy + 9e-4))
        windows++
      }
    }
  }
  return total / windows
}

const valid = { range: 1, border: "valid" } as const
const reflect = { range: 1, border: "reflect" } as const

test("it equals its definition written out window by window", () => {
  const [a, b] = [image("a"), image("b")]
  expect(Math.abs(structuralSimilarity(a, b, shape, valid) - byDefinition(a, b))).toBeLessThan(1e-12)
})

test.each([valid, reflect])(
  "it is 1 for equal images, symmetric, and in any unit of brightness: $border",
  (options) => {
    const [a, b] = [image("a"), image("b")]
    const value = structuralSimilarity(a, b, shape, options)
    expect(structuralSimilarity(a, a, shape, options)).toBe(1)
    expect(structuralSimilarity(b, a, shape, options)).toBeCloseTo(value, 14)
    const bytes = (values: Float64Array) => values.map((v) => 255 * v)
    expect(structuralSimilarity(bytes(a), bytes(b), shape, { ...options, range: 255 })).toBeCloseTo(value, 12)
  },
)

test("constant images have the luminance term alone, whatever window and border", () => {
  const level = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(level, level, (x, y) => {
      const [a, b] = [new Float64Array(64).fill(x), new Float64Array(64).fill(y)]
      const luminance = (2 * x * y + 1e-4) / (x * x + y * y + 1e-4)
      for (const window of [gaussianWindow(0.8), uniformWindow(7), uniformWindow(1)]) {
        for (const border of ["valid", "reflect"] as const) {
          const value = structuralSimilarity(a, b, [8, 8, 1], { range: 1, border, window })
          expect(Math.abs(value - luminance)).toBeLessThan(1e-10)
        }
      }
    }),
    { numRuns: 30 },
  )
})

test("it lies in [-1, 1], and mirroring or transposing both images changes nothing", () => {
  const pixels = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 72, maxLength: 72 })
  const window = uniformWindow(3)
  fc.assert(
    fc.property(pixels, pixels, (a, b) => {
      const transposed = (values: readonly number[]) =>
        values.map((_, i) => values[(i % 8) * 9 + Math.floor(i / 8)]!)
      for (const border of ["valid", "reflect"] as const) {
        const options = { range: 1, border, window }
        const value = structuralSimilarity(a, b, [8, 9, 1], options)
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12)
        expect(structuralSimilarity(a.toReversed(), b.toReversed(), [8, 9, 1], options)).toBeCloseTo(
          value,
          10,
        )
        expect(structuralSimilarity(transposed(a), transposed(b), [9, 8, 1], options)).toBeCloseTo(value, 10)
      }
    }),
    { numRuns: 50 },
  )
})

test("a window too large for the image is refused in one sentence, and an even one in another", () => {
  expect(() =>
    structuralSimilarity(new Float64Array(300), new Float64Array(300), [10, 10, 3], valid),
  ).toThrow(
    "Expected images of at least 11x11 pixels for SSIM, but got 10x10; use larger images, a smaller window or another metric.",
  )
  expect(() => uniformWindow(4)).toThrow(
    "Expected an odd number of pixels as the side of a window, but got 4.",
  )
})

test("the usual Gaussian window has side 11 and that of standard deviation 0.8 has side 7", () => {
  // 2 floor(3.5 * 1.5 + 0.5) + 1 and 2 floor(3.5 * 0.8 + 0.5) + 1
  expect(gaussianWindow(1.5).name).toBe("Gaussian 11x11, sigma 1.5")
  expect(gaussianWindow(0.8).weights.length).toBe(7)
  expect(gaussianWindow(1.5).weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
})
