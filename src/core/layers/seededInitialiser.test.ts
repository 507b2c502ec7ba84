import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { initialiser, seededNormal, seededOrthogonal, seededUniform } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const address = { seed: 5, player: "generator", variable: "down1/kernel" }

test("initial values are those of the stream seed/init/player/variable", () => {
  const values = initialiser(seededNormal(address, 1, 0.5))
    .apply([2, 3])
    .dataSync()
  const draws = stream(5, "init", "generator", "down1/kernel").fillNormal(new Float32Array(6))
  expect(Array.from(values)).toEqual(Array.from(draws, (draw) => Math.fround(1 + 0.5 * draw)))
})

test("another seed, player or variable gives other values", () => {
  const values = (changed: object) =>
    initialiser(seededNormal({ ...address, ...changed }))
      .apply([4])
      .dataSync()
  expect(values({})).toEqual(values({}))
  for (const changed of [{ seed: 6 }, { player: "critic" }, { variable: "down2/kernel" }]) {
    expect(values(changed)).not.toEqual(values({}))
  }
})

test("kernels have mean 0 and deviation 0.02", () => {
  const { mean, variance } = tf.moments(initialiser(seededNormal(address)).apply([20_000]))
  expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.001) // 7 standard errors
  expect(Math.sqrt(variance.dataSync()[0]!)).toBeCloseTo(0.02, 3)
})

test("uniform values lie within their bound, and fill it", () => {
  const values = initialiser(seededUniform(address, 0.3)).apply([20_000]).dataSync()
  const [least, most] = [Math.min(...values), Math.max(...values)]
  expect(least).toBeGreaterThanOrEqual(-0.3)
  expect(most).toBeLessThanOrEqual(0.3)
  expect(most - least).toBeGreaterThan(0.599)
})

test.each([
  [3, 3, 2, 5],
  [1, 1, 4, 9],
  [6, 6],
])(
  "an orthogonal kernel of [%i, %i, ...] has orthonormal columns, or rows where those are fewer",
  (...shape) => {
    const columns = shape.at(-1)!
    tf.tidy(() => {
      const matrix = tf.reshape(initialiser(seededOrthogonal(address, 3)).apply(shape), [-1, columns])
      const tall = matrix.shape[0]! >= columns
      const gram = tf.matMul(matrix as tf.Tensor2D, matrix as tf.Tensor2D, tall, !tall)
      const distance = tf.max(tf.abs(tf.sub(gram, tf.mul(tf.eye(gram.shape[0]!), 9))))
      expect(distance.dataSync()[0]).toBeLessThan(1e-5)
    })
  },
)
