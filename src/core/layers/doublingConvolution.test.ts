import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { DoublingConvolution } from "./doublingConvolution.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const kernel = seededNormal({ seed: 1, player: "p", variable: "up/kernel" })

function made(x: tf.Tensor, taps: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const layer = new DoublingConvolution({ name: "up", channels: taps.shape[2]!, start: { kernel } })
  layer.build(x.shape)
  layer.setWeights([taps, bias])
  return tf.tidy(() => layer.apply(x) as tf.Tensor)
}

test("it is PyTorch's transposed convolution of stride 2, padding 1 and output padding 1", () => {
  const y = tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
    const kernel = tf.reshape(tf.range(1, 10), [3, 3, 1, 1])
    return made(x, kernel, tf.tensor1d([0.5]))
  })
  // torch 2.x: F.conv_transpose2d(x, w, torch.tensor([.5]), stride=2, padding=1, output_padding=1)
  const expected = [5.5, 14.5, 10.5, 12.5, 14.5, 36.5, 24.5, 30.5, 15.5, 34.5, 20.5, 24.5, 24.5, 55.5, 32.5]
  expect(y.shape).toEqual([1, 4, 4, 1])
  expect(Array.from(y.dataSync())).toEqual([...expected, 36.5])
  y.dispose()
})

test("it is the transpose of the 3x3 convolution of stride 2 and padding 1: <up(x), y> = <x, down(y)>", () => {
  const shape = fc.record({
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    from: fc.integer({ min: 1, max: 3 }),
    to: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(shape, ({ height, width, from, to, seed }) => {
      const normal = (name: string, dimensions: number[]) =>
        tf.tensor(
          stream(seed, name).fillNormal(new Float32Array(tf.util.sizeFromShape(dimensions))),
          dimensions,
        )
      const [up, down] = tf.tidy(() => {
        const x = normal("x", [2, height, width, from])
        const y = normal("y", [2, 2 * height, 2 * width, to])
        const kernel = normal("kernel", [3, 3, to, from])
        const larger = made(x, kernel, tf.zeros([to]))
        const smaller = tf.conv2d(y as tf.Tensor4D, kernel as tf.Tensor4D, 2, 1, "NHWC", [1, 1], "floor")
        return [tf.sum(tf.mul(larger, y)).dataSync()[0]!, tf.sum(tf.mul(x, smaller)).dataSync()[0]!]
      })
      expect(up).toBeCloseTo(down!, 3)
    }),
    { numRuns: 30 },
  )
})
