import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"
import { replacedGradients } from "./index.ts"

// Read before an engine is opened, while TensorFlow.js's own are registered.
const stock = new Map(replacedGradients.map(({ kernelName }) => [kernelName, tf.getGradient(kernelName)]))

interface Case {
  readonly kernel: string
  readonly inputs: () => tf.Tensor[]
  readonly apply: (...inputs: tf.Tensor[]) => tf.Tensor
}

const special = () => [tf.tensor1d([-7, -1, -0.5, -1e-30, -0, 0, 1e-30, 0.5, 1, 5.9999, 6, 7, 100, -100])]
/** Few distinct numbers, so that there are ties, zeros among them. */
const ties = (...shape: number[]) => [tf.round(normal(shape))]
const normal = (shape: number[]) =>
  tf.tensor(stream("agreement", ...shape).fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape)
const image = (x: tf.Tensor) => x as tf.Tensor4D

/** Where TensorFlow.js's first derivative is right: at kinks and ties too, ours must be the same. */
const cases: readonly Case[] = [
  { kernel: "Relu", inputs: special, apply: (x) => tf.relu(x) },
  { kernel: "Relu6", inputs: special, apply: (x) => tf.relu6(x) },
  { kernel: "LeakyRelu", inputs: special, apply: (x) => tf.leakyRelu(x, 0.3) },
  { kernel: "Abs", inputs: special, apply: (x) => tf.abs(x) },
  { kernel: "Selu", inputs: special, apply: (x) => tf.selu(x) },
  { kernel: "ClipByValue", inputs: special, apply: (x) => tf.clipByValue(x, -0.5, 6) },
  { kernel: "Prelu", inputs: () => [...ties(4, 3), normal([3])], apply: (x, alpha) => tf.prelu(x, alpha!) },
  {
    kernel: "Maximum",
    inputs: () => [...ties(4, 3), ...ties(3, 4)],
    apply: (a, b) => tf.maximum(a, tf.transpose(b!)),
  },
  {
    kernel: "Minimum",
    inputs: () => [...ties(4, 3), ...ties(3, 4)],
    apply: (a, b) => tf.minimum(a, tf.transpose(b!)),
  },
  { kernel: "Max", inputs: () => ties(3, 5), apply: (x) => tf.max(x, 1) },
  { kernel: "Min", inputs: () => ties(3, 5), apply: (x) => tf.min(x, 0, true) },
  { kernel: "Sum", inputs: () => ties(2, 3, 4), apply: (x) => tf.sum(x, [0, 2]) },
  { kernel: "Mean", inputs: () => ties(2, 3, 4), apply: (x) => tf.mean(x, [0, -1], true) },
  { kernel: "Prod", inputs: () => ties(2, 3, 4), apply: (x) => tf.prod(x, 1) },
  { kernel: "Prod", inputs: () => ties(2, 3, 4), apply: (x) => tf.prod(x, [0, 2]) },
  { kernel: "Cumsum", inputs: () => ties(3, 5), apply: (x) => tf.cumsum(x, 1, true) },
  {
    kernel: "FusedBatchNorm",
    inputs: () => [normal([2, 2, 3, 4]), normal([4]), tf.square(normal([4])), normal([4]), normal([4])],
    apply: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        image(x!),
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
  { kernel: "MaxPool", inputs: () => ties(2, 5, 6, 2), apply: (x) => tf.maxPool(image(x!), 3, 2, "same") },
  { kernel: "AvgPool", inputs: () => ties(2, 5, 6, 2), apply: (x) => tf.avgPool(image(x!), 3, 2, "valid") },
  {
    kernel: "ResizeNearestNeighbor",
    inputs: () => ties(1, 4, 6, 2),
    apply: (x) => tf.image.resizeNearestNeighbor(image(x!), [8, 18]),
  },
  {
    kernel: "ResizeNearestNeighbor",
    inputs: () => ties(1, 4, 6, 2),
    apply: (x) => tf.image.resizeNearestNeighbor(image(x!), [7, 4], true),
  },
  {
    kernel: "ResizeBilinear",
    inputs: () => ties(2, 4, 4, 3),
    apply: (x) => tf.image.resizeBilinear(image(x!), [8, 5], false),
  },
  {
    kernel: "ResizeBilinear",
    inputs: () => ties(2, 4, 4, 3),
    apply: (x) => tf.image.resizeBilinear(image(x!), [3, 7], true),
  },
  { kernel: "Tile", inputs: () => ties(2, 3, 1, 2), apply: (x) => tf.tile(x, [1, 3, 4, 2]) },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      kernel: "BatchMatMul",
      inputs: () => [normal([2, 3, 3]), normal([2, 3, 3])],
      apply: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    kernel: "SquaredDifference",
    inputs: () => [normal([2, 3]), normal([2, 3])],
    apply: (a, b) => tf.squaredDifference(a, b!),
  },
]

describe.each(["js", "onnx"])(
  "on the %s engine the first derivative agrees with TensorFlow.js's own:",
  (device) => {
    let engine: Engine
    beforeAll(async () => {
      engine = await openEngine({ device })
    })
    afterAll(() => engine.dispose())

    const gradients = ({ inputs, apply }: Case) =>
      tf.tidy(() => {
        const weighted = (...tensors: tf.Tensor[]) => {
          const y = apply(...tensors)
          return tf.mul(y, normal([...y.shape]))
        }
        return tf
          .grads(weighted)(inputs())
          .flatMap((gradient) => Array.from(gradient.dataSync()))
      })

    test.each(cases)("$kernel", (one) => {
      const ours = tf.getGradient(one.kernel)
      const found = gradients(one)
      tf.registerGradient(stock.get(one.kernel)!)
      try {
        const expected = gradients(one)
        // The order of sums and a constant's rounding differ: a few units in the last place of float32.
        expect(found).toEqual(expected.map((want) => expect.closeTo(want, 5)))
      } finally {
        tf.registerGradient(ours)
      }
    })

    test("of a nearest-neighbour enlargement it sums each block of each image", () => {
      const dy = tf.range(0, 32).reshape([2, 4, 4, 1]) as tf.Tensor4D
      const x = tf.zeros([2, 2, 2, 1]) as tf.Tensor4D
      const enlarge = (x: tf.Tensor) => tf.mul(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 4]), dy)
      const found = Array.from(tf.grad(enlarge)(x).dataSync())
      // First block: 0 + 1 + 4 + 5; two columns on: + 8; two rows on: + 32; the next image: + 64.
      expect(found).toEqual([10, 18, 42, 50, 74, 82, 106, 114])
    })

    test("the second derivative of selu is 0 far above 0, where the exponential is infinite", () => {
      const second = tf.grad(tf.grad(tf.selu))(tf.tensor1d([200, 2]))
      expect(Array.from(second.dataSync())).toEqual([0, 0])
    })

    test("third derivatives are right", () => {
      const third = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad(tf.grad(tf.grad(f)))
      const x = tf.tensor1d([-1.5, 0.25, 2])
      // (tanh x)''' = -2 s (s - 2 tanh^2 x) with s = 1 - tanh^2 x.
      const t = [-1.5, 0.25, 2].map(Math.tanh)
      const expected = t.map((y) => -2 * (1 - y * y) * (1 - y * y - 2 * y * y))
      expect(Array.from(third(tf.tanh)(x).dataSync())).toEqual(
        expected.map((want) => expect.closeTo(want, 5)),
      )
      // The third derivative of a^3 is 6, at the place of the maximum.
      const peak = tf.tensor4d([1, 4, 2, 3], [1, 2, 2, 1])
      const cube = (a: tf.Tensor) => tf.pow(tf.maxPool(a as tf.Tensor4D, 2, 2, "valid"), 3)
      expect(Array.from(third(cube)(peak).dataSync())).toEqual([0, expect.closeTo(6, 4), 0, 0])
      // x^2 leakyRelu(x) is 0.1 x^3 below 0, x^3 above.
      const leaky = (a: tf.Tensor) => tf.mul(tf.square(a), tf.leakyRelu(a, 0.1))
      expect(Array.from(third(leaky)(x).dataSync())).toEqual(
        [0.6, 6, 6].map((want) => expect.closeTo(want, 4)),
      )
    })
  },
)
