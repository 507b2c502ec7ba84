import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { Upsampling, type UpsamplingMethod, upsamplings } from "./upsampling.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const doubled = (x: tf.Tensor, method: UpsamplingMethod) =>
  new Upsampling({ name: "up", method }).call(x) as tf.Tensor4D

test("a row is doubled as PyTorch does it", () => {
  // F.interpolate(scale_factor=2) by hand: the centre of new pixel j lies at (j + 0.5) / 2 - 0.5.
  const row = (method: UpsamplingMethod) =>
    tf.tidy(() => Array.from(doubled(tf.tensor4d([0, 4, 8], [1, 1, 3, 1]), method).dataSync()))
  expect(row("nearest")).toEqual([0, 0, 4, 4, 8, 8, 0, 0, 4, 4, 8, 8])
  expect(row("bilinear")).toEqual([0, 1, 3, 5, 7, 8, 0, 1, 3, 5, 7, 8])
})

test("both methods are TensorFlow.js's with half-pixel centres, on any sides", () => {
  const side = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(side, side, side, side, fc.nat(), (batch, height, width, channels, seed) => {
      tf.tidy(() => {
        const values = stream(seed, "x").fillNormal(new Float32Array(batch * height * width * channels))
        const x = tf.tensor4d(values, [batch, height, width, channels])
        const size: [number, number] = [2 * height, 2 * width]
        const [nearest, bilinear] = upsamplings.map((method) => doubled(x, method))
        for (const [ours, theirs] of [
          [nearest!, tf.image.resizeNearestNeighbor(x, size, false, true)],
          [bilinear!, tf.image.resizeBilinear(x, size, false, true)],
        ] as const) {
          expect(ours.shape).toEqual(theirs.shape)
          const wanted = theirs.dataSync()
          for (const [i, value] of ours.dataSync().entries()) expect(value).toBeCloseTo(wanted[i]!, 5)
        }
      })
    }),
    { numRuns: 30 },
  )
})

test("the gradient is the adjoint: <up(x), y> is <x, up'(y)>, and constants stay constant", () => {
  for (const method of upsamplings) {
    tf.tidy(() => {
      const [x, y] = [
        tf.tensor4d(stream(1, "x").fillNormal(new Float32Array(24)), [2, 2, 3, 2]),
        tf.tensor4d(stream(1, "y").fillNormal(new Float32Array(96)), [2, 4, 6, 2]),
      ]
      const back = tf.grad((small: tf.Tensor) => tf.sum(tf.mul(doubled(small, method), y)))(x)
      const [one, other] = [tf.sum(tf.mul(doubled(x, method), y)), tf.sum(tf.mul(x, back))]
      expect(one.dataSync()[0]).toBeCloseTo(other.dataSync()[0]!, 4)
      for (const value of doubled(tf.fill([1, 3, 2, 1], 2.5), method).dataSync()) expect(value).toBe(2.5)
    })
  }
})
