import fc from "fast-check"
import { expect, test } from "vitest"
import { imagesPsnr, peakSignalToNoise } from "./maths/images/peakSignalToNoise.ts"
import { psnrPlugin } from "./psnr.ts"

test("an error gives the decibels of the reference packages", () => {
  // torchmetrics on the reference pair "rgb" with data range 1: mse 0.005093454974582424, 22.9298742458192 dB. It
  // multiplies by a float32 10 / ln 10, which makes it 1e-6 dB smaller than -10 log10 of its own mse.
  const decibels = peakSignalToNoise(0.005093454974582424, 1)
  expect(decibels).toBeCloseTo(22.92987528590116, 12)
  const constant = 10 / Math.LN10
  expect((decibels / constant) * Math.fround(constant)).toBeCloseTo(22.9298742458192, 12)
  // Twice the range is 20 log10 2 = 6.0206 dB more.
  expect(peakSignalToNoise(0.01, 2)).toBeCloseTo(26.020599913279625, 12)
})

test("equal images have the highest value of the range, which is finite", () => {
  // 10 log10(4 / 1e-10)
  expect(psnrPlugin.build({}).outputs[0]?.range[1]).toBeCloseTo(106.02059991327963, 10)
})

test("one logarithm over all images and the mean of the images' logarithms are two conventions", () => {
  // Errors 0.01 and 0.0001: -10 log10(0.00505) and the mean of 20 and 40.
  const [a, b] = [
    [0, 0, 0, 0],
    [0.1, 0.1, 0.01, 0.01],
  ]
  const psnr = (reduction: "global" | "perImage") => imagesPsnr(a, b, { range: 1, reduction, imageSize: 2 })
  expect(psnr("global")).toBeCloseTo(-10 * Math.log10(0.00505), 12)
  expect(psnr("perImage")).toBeCloseTo(30, 12)
})

test("a range given as black and white clamps the values first", () => {
  // Clamped to [0.2, 0.8]: (0.2, 0.8) against (0.3, 0.8), so the error is 0.005 and the range 0.6.
  const value = imagesPsnr([0, 1], [0.3, 0.9], { range: [0.2, 0.8], reduction: "global", imageSize: 2 })
  expect(value).toBeCloseTo(10 * Math.log10(0.36 / 0.005), 12)
})

test("an error that is c times as large has 10 log10 c decibels less, whatever the reduction", () => {
  const pixel = fc.double({ min: -1, max: 1, noNaN: true })
  const differences = fc.array(pixel, { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(differences, fc.double({ min: 0.5, max: 4, noNaN: true }), (values, factor) => {
      fc.pre(values.some((value, i) => i < 3 && Math.abs(value) > 1e-3))
      fc.pre(values.some((value, i) => i >= 3 && Math.abs(value) > 1e-3))
      const zero = values.map(() => 0)
      for (const reduction of ["global", "perImage"] as const) {
        const options = { range: 2, reduction, imageSize: 3 }
        const once = imagesPsnr(zero, values, options)
        const more = imagesPsnr(
          zero,
          values.map((value) => value * Math.sqrt(factor)),
          options,
        )
        expect(Math.abs(once - more - 10 * Math.log10(factor))).toBeLessThan(1e-9)
        expect(imagesPsnr(values, zero, options)).toBe(once)
      }
    }),
  )
})

test("equal images have an infinite ratio, and sets of unlike size are refused in one sentence", () => {
  const options = { range: 1, reduction: "global", imageSize: 2 } as const
  expect(imagesPsnr([0, 1], [0, 1], options)).toBe(Number.POSITIVE_INFINITY)
  expect(() => imagesPsnr([0, 1], [0, 1, 0], options)).toThrow(
    "Expected two equally large sets of images of 2 numbers, but got 2 and 3 numbers.",
  )
})
