import { describe, expect, test } from "vitest"
import { openEngine } from "./open.ts"
import * as tf from "./tf.ts"

describe.each(["js", "onnx"])("gradients on the %s engine", (device) => {
  test("pass through leakyRelu twice, as a gradient penalty needs", async () => {
    const engine = await openEngine({ device })
    const x = tf.tensor1d([1.5, -2, 3])
    // f = leaky(w x)^2, so df/dx = 2 s^2 w^2 x with slope s of 1 or 0.2; penalty (df/dx)^2, d/dw = 16 s^4 w^3 x^2.
    const penalty = (w: tf.Tensor) => {
      const inner = tf.grad((x) => tf.sum(tf.square(tf.leakyRelu(x.mul(w), 0.2))))
      return tf.sum(tf.square(inner(x)))
    }
    const slope = tf
      .grad(penalty as (w: tf.Tensor) => tf.Tensor)(tf.scalar(0.7))
      .dataSync()[0]
    const expected = [1.5, -2, 3].map((x) => 16 * (x > 0 ? 1 : 0.2 ** 4) * 0.7 ** 3 * x * x)
    expect(slope).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      4,
    )
    engine.dispose()
  })

  test("of sum and mean spread dy over the reduced axes, twice differentiable", async () => {
    const engine = await openEngine({ device })
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3])
    const mean = tf.grad((x) => tf.sum(tf.square(tf.mean(x, 1))))(x)
    // d/dx of sum over rows of mean^2 = 2 mean / 3.
    expect(Array.from(mean.dataSync())).toEqual([2, 2, 2, 5, 5, 5].map((m) => expect.closeTo((2 * m) / 3, 5)))
    const second = tf.grad((x) =>
      tf.sum(tf.square(tf.grad((x) => tf.sum(tf.mul(tf.sum(x, 0), tf.sum(x, 0))))(x))),
    )(x)
    // Columns sum to 5, 7, 9: the inner gradient is 2 s at both rows, its square summed is 8 s^2, and d/dx 16 s.
    expect(Array.from(second.dataSync())).toEqual([80, 112, 144, 80, 112, 144])
    engine.dispose()
  })

  test("of a nearest-neighbour enlargement sum each block of each image", async () => {
    const engine = await openEngine({ device })
    const dy = tf.range(0, 32).reshape([2, 4, 4, 1]) as tf.Tensor4D
    const x = tf.zeros([2, 2, 2, 1]) as tf.Tensor4D
    const enlarge = (x: tf.Tensor) => tf.mul(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 4]), dy)
    const found = Array.from(tf.grad(enlarge)(x).dataSync())
    // First block: 0 + 1 + 4 + 5; two columns on: + 8; two rows on: + 32; the next image: + 64.
    expect(found).toEqual([10, 18, 42, 50, 74, 82, 106, 114])
    engine.dispose()
  })
})
