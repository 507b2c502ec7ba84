import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { heNormal, initialiser, seededNormal } from "./seededInitialiser.ts"

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

test("He's kernels keep the size of what a ReLU, or a leaky one, lets through", () => {
  // Half of a symmetric input's power passes a ReLU, and (1 + slope^2) / 2 of it a leaky one.
  for (const [slope, passes] of [
    [0, 1 / 2],
    [0.2, 1.04 / 2],
  ] as const) {
    const { variance } = tf.moments(initialiser(heNormal(address, 50, slope)).apply([20_000]))
    expect(variance.dataSync()[0]! * 50 * passes).toBeCloseTo(1, 1)
  }
})
