import { expect, test } from "vitest"
import { meanSquaredDifference, peakSignalToNoise, psnrPlugin } from "./psnr.ts"

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

test("the squared difference is averaged", () => {
  expect(meanSquaredDifference([0, 1, -1], [0, 0, 1])).toBeCloseTo(5 / 3, 15)
})
