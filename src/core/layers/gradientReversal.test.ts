import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import { reversed } from "./gradientReversal.ts"

describe.each(["js", "onnx"] as const)("on the engine %s", (device) => {
  beforeAll(async () => {
    await openEngine({ device, threads: 1 })
  })

  const slope = (layer: (x: tf.Tensor) => tf.Tensor) =>
    Array.from(
      tf.tidy(() =>
        tf
          .grad((x) => tf.sum(tf.square(layer(x))))(tf.tensor1d([1, -2, 3]))
          .dataSync(),
      ),
    )

  test("values pass as they are, and gradients come back times minus the factor", () => {
    const x = tf.tensor1d([1, -2, 3])
    expect(Array.from(tf.tidy(() => reversed(x, tf.scalar(0.5)).dataSync()))).toEqual([1, -2, 3])
    expect(slope((input) => reversed(input, tf.scalar(0.5)))).toEqual([-1, 2, -3])
    expect(slope((input) => reversed(input, tf.scalar(0))).map(Math.abs)).toEqual([0, 0, 0])
    x.dispose()
  })

  test("twice with the factor 1 is as if it were not there", () => {
    expect(slope((input) => reversed(reversed(input, tf.scalar(1)), tf.scalar(1)))).toEqual([2, -4, 6])
  })

  test("the factor may be worked out where the gradient is taken, and no tensor is left behind", () => {
    const lambda = tf.scalar(0.25)
    const before = tf.memory().numTensors
    expect(slope((input) => reversed(input, tf.mul(lambda, 2)))).toEqual([-1, 2, -3])
    expect(tf.memory().numTensors).toBe(before)
    lambda.dispose()
  })
})
