import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import * as tf from "../tf.ts"

/** The slope of |df/dx|^2, as a gradient penalty needs it. */
function penaltySlope(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number[] {
  return tf.tidy(() => {
    const penalty = (at: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(at)))
    return Array.from(tf.grad(penalty)(x).dataSync())
  })
}

type Save = (tensors: tf.Tensor[]) => void
type Custom = (
  x: tf.Tensor,
  save: Save,
) => { value: tf.Tensor; gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor }

const custom = (f: Custom) => tf.customGrad(f as unknown as Parameters<typeof tf.customGrad>[0])

describe.each(["js", "onnx"])("the tape on the %s engine", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device })
  })
  afterAll(() => engine.dispose())

  const x = () => tf.tensor1d([0.5, -1])

  test("keeps a custom gradient's saved output apart from a constant", () => {
    const exponential = custom((x, save) => {
      const value = tf.exp(x)
      save([value])
      return { value, gradFunc: (dy, [y]) => tf.mul(dy, y!) }
    })
    // f = e^x: |f'|^2 = e^(2 x), with slope 2 e^(2 x).
    const expected = [0.5, -1].map((at) => 2 * Math.exp(2 * at))
    expect(penaltySlope(exponential, x())).toEqual(expected.map((want) => expect.closeTo(want, 5)))
  })

  test("throws where a custom gradient saves what it computed, but not in a first derivative", () => {
    const square = custom((x, save) => {
      const double = tf.mul(x, 2)
      save([double])
      return { value: tf.square(x), gradFunc: (dy, [saved]) => tf.mul(dy, saved!) }
    })
    expect(Array.from(tf.grad(square)(x()).dataSync())).toEqual([1, -2])
    expect(() => penaltySlope(square, x())).toThrow(/saves a tensor that it computed itself/)
  })

  test("lets a custom gradient save a tensor from outside", () => {
    const slopes = tf.tensor1d([3, 4])
    const scaled = custom((x, save) => {
      save([slopes])
      return { value: tf.mul(x, slopes), gradFunc: (dy, [saved]) => tf.mul(dy, saved!) }
    })
    // (c x)^2 has the slope 2 c^2 x; its square, 4 c^4 x^2, has 8 c^4 x.
    const expected = [8 * 81 * 0.5, 8 * 256 * -1]
    const found = penaltySlope((at) => tf.square(scaled(at)), x())
    expect(found).toEqual(expected.map((want) => expect.closeTo(want, 2)))
  })

  test("throws for softmaxCrossEntropy, and says what to use", () => {
    const labels = tf.tensor2d([[1, 0]])
    const loss = (logits: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, tf.reshape(logits, [1, 2]))
    expect(Array.from(tf.grad(loss)(x()).dataSync())[0]).toBeLessThan(0)
    expect(() => penaltySlope(loss, x())).toThrow(/softmaxCrossEntropy.*tf\.logSoftmax/)
  })

  test.each<[string, (x: tf.Tensor) => tf.Tensor, number[]]>([
    ["tf.localResponseNormalization", (x) => tf.localResponseNormalization(x as tf.Tensor4D), [1, 2, 2, 3]],
    ["tf.maxPool3d", (x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid"), [1, 2, 2, 2, 1]],
    ["tf.avgPool3d", (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, "valid"), [1, 2, 2, 2, 1]],
    [
      "tf.conv3d",
      (x) => tf.conv3d(x as tf.Tensor5D, tf.ones([2, 2, 2, 1, 1]) as tf.Tensor5D, 1, "valid"),
      [1, 2, 2, 2, 1],
    ],
    [
      "tf.dilation2d",
      (x) => tf.dilation2d(x as tf.Tensor4D, tf.ones([2, 2, 1]) as tf.Tensor3D, 1, "valid"),
      [1, 3, 3, 1],
    ],
  ])("refuses a second derivative of %s, and says what to use", (name, apply, shape) => {
    const input = tf.range(1, 1 + tf.util.sizeFromShape(shape)).reshape(shape)
    const squared = (at: tf.Tensor) => tf.sum(tf.square(apply(at)))
    tf.grad(squared)(input).dispose()
    const sentence = new RegExp(`differentiated twice, but the gradient of ${name} .* has no derivative: `)
    expect(() => penaltySlope(squared, input)).toThrow(sentence)
  })

  test("leaves no tensor behind", () => {
    const input = x()
    const run = () => penaltySlope((at) => tf.mul(tf.tanh(at), tf.sum(tf.softmax(at))), input)
    run()
    const before = tf.memory().numTensors
    run()
    expect(tf.memory().numTensors).toBe(before)
  })
})
