import { expect, test } from "vitest"
import { meanSquaredDifference, peakSignalToNoise, psnrPlugin } from "./psnr.ts"

test("an error gives the decibels of the reference packages", () => {
  // torchmetrics on the reference pair "rgb" with data range 1: mse 0.005093454974582424, 22.9298742458192 dB. That is
  // 1.04e-6 dB from -10 log10 of its own mse, 22.92987528590116 (it divides by a float32 ln 10); hence 2e-5, the float32
  // tolerance, for the first and float64's for the second.
  const decibels = peakSignalToNoise(0.005093454974582424, 1)
  expect(Math.abs(decibels - 22.9298742458192)).toBeLessThan(2e-5)
  expect(decibels).toBeCloseTo(22.92987528590116, 12)
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
