import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { Convolution } from "./convolution.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** The row 0..7, or another one, as an image of that row repeated, `[1, side, side, 1]`. */
function rows(values: readonly number[]): tf.Tensor4D {
  return tf.tensor4d(
    values.flatMap(() => values),
    [1, values.length, values.length, 1],
  )
}

/** A kernel whose middle row holds the taps and whose other rows are 0, so that a convolution acts on rows. */
function rowKernel(taps: readonly number[]): tf.Tensor4D {
  const side = taps.length
  const middle = Math.floor((side - 1) / 2)
  const values = taps.flatMap((_, row) => taps.map((tap) => (row === middle ? tap : 0)))
  return tf.tensor4d(values, [side, side, 1, 1])
}

function convolve(x: tf.Tensor, taps: readonly number[], stride: number, padding: number): number[][] {
  const kernel = seededNormal({ seed: 1, player: "p", variable: "conv/kernel" })
  const layer = new Convolution({
    name: "conv",
    channels: 1,
    kernel: taps.length,
    stride,
    padding,
    start: { kernel },
  })
  const y = tf.tidy(() => {
    layer.build(x.shape)
    layer.setWeights([rowKernel(taps), tf.tensor1d([0])])
    return layer.apply(x) as tf.Tensor
  })
  expect(layer.computeOutputShape(x.shape)).toEqual(y.shape)
  const image = y.squeeze([0, 3]).arraySync() as number[][]
  tf.dispose(layer.getWeights())
  return image
}

const eight = [0, 1, 2, 3, 4, 5, 6, 7]

// Expected rows by hand: PyTorch's output j is the sum over t of taps[t] * x[j * stride - padding + t].

test("a 3x3 stride-2 convolution with padding 1 starts at pixel 0, where `same` starts at pixel 1", () => {
  const [, row] = convolve(rows(eight), [0, 1, 0], 2, 1)
  expect(row).toEqual([0, 2, 4, 6])
  const same = tf
    .conv2d(rows(eight), rowKernel([0, 1, 0]), 2, "same")
    .squeeze([0, 3])
    .arraySync() as number[][]
  expect(same[1]).toEqual([1, 3, 5, 7])
})

test("a 4x4 stride-1 convolution with padding 1 gives a side less by one, where `same` keeps it", () => {
  const image = convolve(rows(eight), [0, 1, 0, 0], 1, 1)
  expect(image.length).toBe(7)
  expect(image[3]).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(tf.conv2d(rows(eight), rowKernel([0, 1, 0, 0]), 1, "same").shape).toEqual([1, 8, 8, 1])
})

test("a 4x4 stride-2 convolution with padding 1 on an even side is `same`", () => {
  const taps = [1, 10, 100, 1000]
  const image = convolve(rows(eight), taps, 2, 1)
  // j = 0: 10 * 0 + 100 * 1 + 1000 * 2; j = 3: 5 + 10 * 6 + 100 * 7.
  expect(image[1]).toEqual([2100, 4321, 6543, 765])
  expect(tf.conv2d(rows(eight), rowKernel(taps), 2, "same").squeeze([0, 3]).arraySync()).toEqual(image)
})

test("a 4x4 stride-2 convolution with padding 1 on an odd side leaves the last pixel out, as the reference does", () => {
  const image = convolve(rows([0, 1, 2, 3, 4]), [0, 1, 0, 0], 2, 1)
  expect(image[0]).toEqual([0, 2])
  expect(tf.conv2d(rows([0, 1, 2, 3, 4]), rowKernel([0, 1, 0, 0]), 2, "same").shape).toEqual([1, 3, 3, 1])
})

test("a 4x4 stride-2 transposed convolution with padding 1 is `same` and doubles the side", () => {
  // By hand, PyTorch's output o is the sum over i of x[i] * taps[o + 1 - 2 i]: 2, 3 + 10, 4 + 20, 30.
  const layer = tf.layers.conv2dTranspose({ filters: 1, kernelSize: 4, strides: 2, padding: "same" })
  const x = tf.tensor4d([1, 10], [1, 1, 2, 1])
  layer.build(x.shape)
  layer.setWeights([rowKernel([1, 2, 3, 4]), tf.tensor1d([0])])
  const y = layer.apply(x) as tf.Tensor
  expect(y.shape).toEqual([1, 2, 4, 1])
  expect((y.squeeze([0, 3]).arraySync() as number[][])[0]).toEqual([2, 13, 24, 30])
})

test("the bias is added to every output", () => {
  const kernel = seededNormal({ seed: 1, player: "p", variable: "conv/kernel" })
  const layer = new Convolution({
    name: "conv",
    channels: 2,
    kernel: 1,
    stride: 1,
    padding: 0,
    start: { kernel },
  })
  layer.build([null, 1, 2, 1])
  layer.setWeights([tf.tensor4d([1, 2], [1, 1, 1, 2]), tf.tensor1d([10, 20])])
  const y = layer.apply(tf.tensor4d([1, 3], [1, 1, 2, 1])) as tf.Tensor
  expect(Array.from(y.dataSync())).toEqual([11, 22, 13, 26])
})
