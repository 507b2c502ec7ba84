import { type OnnxEngine, openOnnxEngine } from "@saddlepoint/engine/onnx/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { countOperations } from "./countOperations.ts"

let engine: OnnxEngine
beforeAll(async () => {
  engine = await openOnnxEngine(1)
})
afterAll(() => engine.dispose())

function counted(compute: () => tf.Tensor | tf.Tensor[]): number {
  let operations = 0
  engine.backend.flush()
  engine.backend.onTrace = (trace) => {
    operations += countOperations(trace)
  }
  const kept = tf.tidy(compute)
  engine.backend.flush()
  engine.backend.onTrace = undefined
  tf.dispose(kept)
  return operations
}

const x = () => tf.ones([2, 8, 8, 3]) as tf.Tensor4D
const filter = () => tf.ones([4, 4, 3, 5]) as tf.Tensor4D

test("a convolution takes two operations per output number and number of its filter's reach", () => {
  expect(counted(() => tf.conv2d(x(), filter(), 2, "same"))).toBe(2 * (2 * 4 * 4 * 5) * (4 * 4 * 3))
})

test("both gradients of a convolution take what it takes, and a transposed one what it is the gradient of", () => {
  const once = 2 * (2 * 4 * 4 * 5) * (4 * 4 * 3)
  const both = () =>
    tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"))([x(), filter()])
  expect(counted(both)).toBe(2 * once)
  const transposed = () =>
    tf.conv2dTranspose(tf.ones([2, 4, 4, 5]) as tf.Tensor4D, filter(), [2, 8, 8, 3], 2, "same")
  expect(counted(transposed)).toBe(once)
})

test("a depthwise convolution has one filter per channel", () => {
  const filter = tf.ones([3, 3, 3, 2]) as tf.Tensor4D
  expect(counted(() => tf.depthwiseConv2d(x(), filter, 1, "same"))).toBe(2 * (2 * 8 * 8 * 6) * 9)
  filter.dispose()
})

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("a matrix product takes rows times inner times columns, transposed or not (%s, %s)", (left, right) => {
  const a = () => tf.ones(left ? [7, 3, 5] : [7, 5, 3]) as tf.Tensor3D
  const b = () => tf.ones(right ? [7, 4, 3] : [7, 3, 4]) as tf.Tensor3D
  expect(counted(() => tf.matMul(a(), b(), left, right))).toBe(2 * 7 * 5 * 3 * 4)
})

test("what is computed twice from the same numbers counts once, and what nothing needs not at all", () => {
  const [image, weights] = [x(), filter()]
  const once = counted(() => tf.conv2d(tf.mul(image, 2), weights, 1, "same"))
  const twice = counted(() => {
    tf.conv2d(image, weights, 1, "same")
    return [tf.conv2d(tf.mul(image, 2), weights, 1, "same"), tf.conv2d(tf.mul(image, 2), weights, 1, "same")]
  })
  expect(twice).toBe(once)
  expect(counted(() => [3, 2].map((factor) => tf.conv2d(tf.mul(image, factor), weights, 1, "same")))).toBe(
    2 * once,
  )
  tf.dispose([image, weights])
})
