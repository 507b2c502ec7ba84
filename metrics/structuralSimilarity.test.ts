import { readFileSync } from "node:fs"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import { expect, test } from "vitest"
import { ssimWindow, structuralSimilarity } from "./structuralSimilarity.ts"

const shape = [13, 14, 2] as const

function image(name: string): Float64Array {
  const source = stream("structuralSimilarity.test", name)
  return Float64Array.from({ length: shape[0] * shape[1] * shape[2] }, () => source.uniform())
}

/** Equation 13 of Wang et al. (2004) written out window by window, with the two-dimensional Gaussian. */
function byDefinition(a: Float64Array, b: Float64Array): number {
  const [height, width, channels] = shape
  const { side, sigma } = ssimWindow
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

test("it equals its definition written out window by window", () => {
  const [a, b] = [image("a"), image("b")]
  expect(Math.abs(structuralSimilarity(a, b, shape, 1) - byDefinition(a, b))).toBeLessThan(1e-12)
})

test("it is 1 for equal images, symmetric, and independent of the unit of brightness", () => {
  const [a, b] = [image("a"), image("b")]
  const value = structuralSimilarity(a, b, shape, 1)
  expect(structuralSimilarity(a, a, shape, 1)).toBe(1)
  expect(structuralSimilarity(b, a, shape, 1)).toBeCloseTo(value, 14)
  const bytes = (values: Float64Array) => values.map((v) => 255 * v)
  expect(structuralSimilarity(bytes(a), bytes(b), shape, 255)).toBeCloseTo(value, 12)
})

test("an image smaller than the window is refused in one sentence", () => {
  expect(() => structuralSimilarity(new Float64Array(300), new Float64Array(300), [10, 10, 3], 1)).toThrow(
    "Expected images of at least 11x11 pixels for SSIM, but got 10x10; use larger images or another metric.",
  )
})

const golden = process.env.SADDLEPOINT_GOLDEN

test.skipIf(golden === undefined)(
  "it equals scikit-image on the reference images (SADDLEPOINT_GOLDEN)",
  () => {
    const { cases } = JSON.parse(readFileSync(join(golden!, "image.json"), "utf8"))
    for (const { shape: stored, inputs, expected, abs_tol } of cases) {
      const [images, channels, height, width] = stored as [number, number, number, number]
      const key = Object.keys(expected).find((name) => name.startsWith("ssim_gauss_s1.5 cropped"))!
      const planes = (file: string) => readFileSync(join(golden!, file))
      const [a, b] = [planes(inputs.a_uint8.file), planes(inputs.b_uint8.file)]
      for (let i = 0; i < images; i++) {
        // Stored as [image, channel, row, column].
        const interleaved = (bytes: Uint8Array) =>
          Float64Array.from({ length: channels * height * width }, (_, at) => {
            const [pixel, channel] = [Math.floor(at / channels), at % channels]
            return bytes[(i * channels + channel) * height * width + pixel]! / 255
          })
        const value = structuralSimilarity(interleaved(a), interleaved(b), [height, width, channels], 1)
        expect(Math.abs(value - expected[key][i])).toBeLessThanOrEqual(abs_tol)
      }
    }
  },
)
