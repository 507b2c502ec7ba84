import { test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

type Function = (x: tf.Tensor4D, y: tf.Tensor4D) => tf.Tensor

const borders = [
  [0, 0],
  [1, 2],
  [2, 0],
  [0, 1],
] as [number, number][]

const functions: Record<string, Function> = {
  "atan2 and mod": (x, y) => tf.atan2(x, y).add(tf.mod(x, y)),
  batchNorm: (x) =>
    tf.batchNorm(x, tf.mean(x, [0, 1, 2]) as tf.Tensor1D, tf.mean(x.square(), [0, 1, 2]) as tf.Tensor1D),
  clipByValue: (x) => tf.clipByValue(x, -0.5, 0.5),
  "concat and slice": (x, y) => tf.slice(tf.concat([x, y], 3), [0, 0, 0, 2], [-1, -1, -1, 4]),
  cumsum: (x) => tf.cumsum(x, 1, true, true),
  "expm1 and log1p": (x) => tf.expm1(x).add(tf.log1p(x.abs())),
  gather: (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"), 1),
  "max and min": (x) => tf.max(x, 1).add(tf.min(x, [1])),
  "maximum and minimum": (x, y) => tf.maximum(x, y).mul(tf.minimum(x, y)),
  mirrorPad: (x) => tf.mirrorPad(x, borders, "reflect"),
  pad: (x) => tf.pad(x, borders, 2),
  prod: (x) => tf.prod(x, [1]),
  reverse: (x) => tf.reverse(x, [1, 2]),
  "resize, bilinear": (x) => tf.image.resizeBilinear(x, [7, 5]),
  "resize, nearest": (x) => tf.image.resizeNearestNeighbor(tf.slice(x, 0, 1), [6, 8]),
  selu: (x) => tf.selu(x),
  softmax: (x) => tf.softmax(x).add(tf.logSoftmax(x)),
  spaceToBatchND: (x) =>
    tf.spaceToBatchND(
      x,
      [1, 2],
      [
        [0, 0],
        [1, 1],
      ],
    ),
  "split and stack": (x) =>
    tf.stack(
      tf.split(x, [1, 2], 1).map((part) => tf.mean(part)),
      0,
    ),
  tile: (x) => tf.tile(x, [1, 2, 1, 3]),
  unsortedSegmentSum: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 1], "int32"), 3),
  unstack: (x) => tf.unstack(x, 2)[1]!,
  where: (x, y) => tf.where(y.greater(0), x, y),
}

test.each(Object.entries(functions))("the gradient of %s is recorded whole", async (_, f) => {
  await expectAgreement((random) => {
    const [x, y] = [random(2, 3, 4, 4), random(2, 3, 4, 4)] as [tf.Tensor4D, tf.Tensor4D]
    const weighted = (a: tf.Tensor) => {
      const result = f(a as tf.Tensor4D, y)
      return tf.sum(result.mul(tf.cos(tf.range(0, result.size).reshape(result.shape)))) as tf.Scalar
    }
    return tf.grad(weighted)(x)
  }, 1e-5)
})
