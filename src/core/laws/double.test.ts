import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { canDouble, inDouble, inSingle, isDouble } from "./double.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const third = () => tf.tidy(() => tf.div(1, tf.tensor1d([3])).dataSync()[0]!)

test("what runs within computes in float64, and what runs after it in float32 again", () => {
  expect(canDouble()).toBe(true)
  expect([third(), inDouble(third), third()]).toEqual([Math.fround(1 / 3), 1 / 3, Math.fround(1 / 3)])
  expect(inDouble(() => [isDouble(), inSingle(isDouble), isDouble()])).toEqual([true, false, true])
  expect(isDouble()).toBe(false)
})

test("gradients, and products and convolutions within them, are those of float64", () => {
  const slope = () =>
    tf.tidy(() => {
      const kernel = tf.tensor4d([0.1, 0.2, 0.3, 0.4], [2, 2, 1, 1])
      const image = tf.tensor4d([0.5, 0.25, 1, 2], [1, 2, 2, 1])
      const of = (x: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, kernel, 1, "valid")))
      return tf.grad(of)(image).dataSync()[0]!
    })
  const exact = 2 * 0.1 * (0.05 + 0.05 + 0.3 + 0.8)
  expect(Math.abs(inDouble(slope) - exact)).toBeLessThan(1e-15)
  expect(Math.abs(slope() - exact)).toBeGreaterThan(1e-10)
})

test("arrays and tensors of float32 from before may be used", () => {
  const [array, tensor] = [new Float32Array([0.1]), tf.tensor1d([0.1])]
  const sum = inDouble(() => tf.tidy(() => tf.add(tf.tensor(array), tensor).dataSync()[0]!))
  expect(sum).toBe(2 * Math.fround(0.1))
  tensor.dispose()
})

test("an error leaves float32 behind", () => {
  expect(() =>
    inDouble(() => {
      throw new Error("no such kernel")
    }),
  ).toThrow("no such kernel")
  expect([isDouble(), third()]).toEqual([false, Math.fround(1 / 3)])
})
