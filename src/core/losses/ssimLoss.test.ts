import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { ssimLoss } from "./ssimLoss.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const ssim = (output: tf.Tensor, target: tf.Tensor) =>
  builtLoss(ssimLoss()).sides.learner!({ output, target }, noWorld)

type Image = (row: number, column: number) => number // in [0, 1]

const tensorOf = (images: readonly Image[], height: number, width: number) =>
  tf.tensor4d(
    images.map((image) => grid(height, width, (row, column) => [2 * image(row, column) - 1])),
    [images.length, height, width, 1],
  )

function grid<T>(height: number, width: number, at: (row: number, column: number) => T): T[][] {
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => at(row, column)),
  )
}

const lossOf = (x: readonly Image[], y: readonly Image[], height: number, width: number) =>
  tf.tidy(() => Array.from(ssim(tensorOf(x, height, width), tensorOf(y, height, width)).dataSync()))

/** The definition in float64, window by window, for intensities in [0, 1] (Wang et al. 2004, equations 13 to 16). */
function directSsim(x: Image, y: Image, height: number, width: number): number {
  const weights = grid(11, 11, (i, j) => Math.exp(-((i - 5) ** 2 + (j - 5) ** 2) / (2 * 1.5 ** 2)))
  const total = weights.flat().reduce((sum, weight) => sum + weight, 0)
  const windows = grid(height - 10, width - 10, (top, left) => {
    const mean = (value: Image) =>
      weights
        .flatMap((row, i) => row.map((weight, j) => (weight / total) * value(top + i, left + j)))
        .reduce((a, b) => a + b)
    const [meanX, meanY] = [mean(x), mean(y)]
    const variance = mean((i, j) => (x(i, j) - meanX) ** 2) + mean((i, j) => (y(i, j) - meanY) ** 2)
    const covariance = mean((i, j) => (x(i, j) - meanX) * (y(i, j) - meanY))
    const luminance = (2 * meanX * meanY + 1e-4) / (meanX ** 2 + meanY ** 2 + 1e-4)
    return (luminance * (2 * covariance + 9e-4)) / (variance + 9e-4)
  })
  return windows.flat().reduce((sum, value) => sum + value, 0) / windows.flat().length
}

const waves: Image = (row, column) => 0.5 + 0.3 * Math.sin(0.9 * row + 0.4 * column)
const shifted: Image = (row, column) => 0.45 + 0.25 * Math.sin(0.9 * row + 0.4 * column + 0.7)
const ramp: Image = (row, column) => (row + column) / 30

// Measured once on two 48 x 40 colour photographs and their distortions, which are not part of the repository:
// SSIM 0.5507580 and 0.5344013 here; 0.5507579823 and 0.5344013285 from torchmetrics' window cropped by 5 pixels (the
// convention of scikit-image). The definition in float64 stands in for them.
test("ssimLoss equals its definition, computed window by window in float64", () => {
  const values = lossOf([waves, ramp, waves], [shifted, waves, ramp], 14, 13)
  const expected = [
    directSsim(waves, shifted, 14, 13),
    directSsim(ramp, waves, 14, 13),
    directSsim(waves, ramp, 14, 13),
  ]
  values.forEach((value, index) => {
    expect(value).toBeCloseTo(1 - expected[index]!, 5)
  })
})

test("flat images differ by luminance only", () => {
  // In [0, 1] with C1 = 1e-4: x = 1/4, y = 3/4 give (2 * 3/16 + C1) / (1/16 + 9/16 + C1) = 0.3751 / 0.6251
  const [value] = lossOf([() => 0.25], [() => 0.75], 11, 12)
  expect(value).toBeCloseTo(1 - 0.3751 / 0.6251, 5)
})

test("ssimLoss is 0 at the target, symmetric, and above 1 for a negative", () => {
  expect(lossOf([waves], [waves], 12, 12)[0]).toBeCloseTo(0, 6)
  expect(lossOf([waves], [ramp], 12, 12)[0]).toBeCloseTo(lossOf([ramp], [waves], 12, 12)[0]!, 6)
  expect(lossOf([waves], [(row, column) => 1 - waves(row, column)], 12, 12)[0]).toBeGreaterThan(1)
})

test("channels are compared one by one", () => {
  const value = tf.tidy(() => {
    const both = (images: readonly Image[]) => tf.transpose(tensorOf(images, 12, 12), [3, 1, 2, 0]) // [1, 12, 12, 2]
    return ssim(both([waves, ramp]), both([shifted, ramp])).dataSync()[0]
  })
  expect(value).toBeCloseTo((1 - directSsim(waves, shifted, 12, 12)) / 2, 5)
})

test("images smaller than the window are refused with one sentence", () => {
  expect(() => lossOf([waves], [waves], 8, 16)).toThrow(
    "The ssim loss expected images of at least 11 x 11 pixels (its window) but got 8 x 16; use larger images, " +
      "a smaller window such as ssimLoss({ window: 7 }), or l1.",
  )
})

test("ssimLoss leaves no tensor behind", () => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const target = tensorOf([ramp], 12, 12)
    tf.grad((x) => tf.sum(ssim(x, target)))(tensorOf([waves], 12, 12))
  })
  expect(tf.memory().numTensors).toBe(before)
})
