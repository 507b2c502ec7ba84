import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { ReflectionPadding } from "./reflectionPadding.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

test("borders mirror the image without its edge, as PyTorch's reflect padding does", () => {
  const layer = new ReflectionPadding({ name: "pad", padding: 2 })
  const padded = tf.tidy(() => {
    const x = tf.reshape(tf.range(0, 12), [1, 3, 4, 1])
    return tf.squeeze(layer.apply(x) as tf.Tensor) as tf.Tensor2D
  })
  // torch 2.x: F.pad(torch.arange(12.).reshape(1, 1, 3, 4), (2, 2, 2, 2), mode="reflect")
  const even = [10, 9, 8, 9, 10, 11, 10, 9]
  const middle = [6, 5, 4, 5, 6, 7, 6, 5]
  const first = [2, 1, 0, 1, 2, 3, 2, 1]
  expect(padded.arraySync()).toEqual([even, middle, first, middle, even, middle, first])
  padded.dispose()
})

test("the shape that it announces is the shape that it gives, and its configuration makes it anew", () => {
  const layer = new ReflectionPadding({ name: "pad", padding: 3 })
  expect(layer.computeOutputShape([null, 8, 12, 5])).toEqual([null, 14, 18, 5])
  const again = new ReflectionPadding(layer.getConfig() as never)
  const shape = tf.tidy(() => (again.apply(tf.zeros([2, 8, 12, 5])) as tf.Tensor).shape)
  expect(shape).toEqual([2, 14, 18, 5])
})
