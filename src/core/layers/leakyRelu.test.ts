import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { leakyRelu } from "./leakyRelu.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const awayFromZero = fc.oneof(
  fc.double({ min: 0.01, max: 10, noNaN: true }),
  fc.double({ min: -10, max: -0.01, noNaN: true }),
)

test("it keeps positive values and multiplies the others by the slope", () => {
  const y = leakyRelu(tf.tensor1d([-2, 0, 3]), 0.2)
  expect(Array.from(y.dataSync())).toEqual([Math.fround(-0.4), 0, 3])
})

test("its gradient is 1 above 0 and the slope elsewhere, times what comes from above", () => {
  const gradient = tf.grad((x) => tf.mul(leakyRelu(x, 0.2), [1, 10, 100]))(tf.tensor1d([-2, 0, 3]))
  expect(Array.from(gradient.dataSync())).toEqual([Math.fround(0.2), 2, 100])
})

test("a gradient penalty through it has the right gradient for the weights, where the stock one throws", () => {
  // Critic w2 * act(w1 * x); its input gradient is w1 * w2 * s with s = act', so penalty = (w1 w2 s)^2 and
  // d penalty / d w1 = 2 w1 w2^2 s^2.
  const penalty = (act: (x: tf.Tensor) => tf.Tensor, x: number, w2: number) => (w1: tf.Tensor) => {
    const critic = (input: tf.Tensor) => tf.mul(act(tf.mul(w1, input)), w2)
    return tf.square(tf.grad(critic)(tf.scalar(x))) as tf.Tensor
  }
  fc.assert(
    fc.property(awayFromZero, awayFromZero, awayFromZero, (x, w1, w2) => {
      const s = x * w1 > 0 ? 1 : 0.2
      const got = tf.tidy(
        () =>
          tf
            .grad(penalty((h) => leakyRelu(h, 0.2), x, w2))(tf.scalar(w1))
            .dataSync()[0]!,
      )
      const expected = 2 * w1 * w2 ** 2 * s ** 2
      expect(Math.abs(got - expected)).toBeLessThan(1e-5 * Math.abs(expected))
    }),
    { numRuns: 50 },
  )
})

test("it leaves no tensor behind", () => {
  const x = tf.tensor1d([-1, 2])
  const before = tf.memory().numTensors
  tf.tidy(() =>
    tf
      .grad((h) => leakyRelu(h, 0.2))(x)
      .dataSync(),
  )
  expect(tf.memory().numTensors).toBe(before)
})
