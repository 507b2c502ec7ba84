import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Split } from "../../contracts/dataset.ts"
import type { Player } from "../../contracts/player.ts"
import { digitClassifierPlugin } from "../../models/digitClassifier.ts"
import { settleStatistics } from "./settleStatistics.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const shape = [8, 8, 1] as const

/** Noise images with a mean of their own each. */
const noise = (size: number): Split => ({
  size,
  fields: { image: { shape, dtype: "float32", range: [-1, 1] } },
  async read(indices) {
    const image = indices.flatMap((index) => {
      const draws = stream(index, "noise")
      const mean = index / size
      return Array.from({ length: 64 }, () => mean + draws.normal())
    })
    return { image: Float32Array.from(image) }
  },
})

const network = (convolutions: readonly number[]): Player =>
  digitClassifierPlugin
    .build({ convolutions, features: [], head: [], norm: "batch", dropout: 0 })
    .features("features", { shape, dtype: "float32" }, 4)

const values = (player: Player) =>
  Object.fromEntries(Object.entries(player.state).map(([name, v]) => [name, Array.from(v.dataSync())]))

test("means and variances become those of all of the split's activations, over batches of unequal size", async () => {
  const [player, split] = [network([2]), noise(300)]
  await settleStatistics(player, split)
  const every = Array.from({ length: 300 }, (_, index) => index)
  const { image } = await split.read(every)
  const [mean, variance] = tf.tidy(() => {
    const images = tf.tensor4d(image as Float32Array, [300, 8, 8, 1])
    const { "conv1/kernel": kernel, "conv1/bias": bias } = player.variables
    const seen = tf.add(tf.conv2d(images, kernel as unknown as tf.Tensor4D, 1, "valid"), bias!)
    const moments = tf.moments(seen, [0, 1, 2])
    return [Array.from(moments.mean.dataSync()), Array.from(moments.variance.dataSync())]
  })
  const found = values(player)
  for (const channel of [0, 1]) {
    expect(found["conv1/norm/movingMean"]![channel]).toBeCloseTo(mean![channel]!, 5)
    // The batches' variances are unbiased: 4096 values in the first, 704 in the second.
    expect(found["conv1/norm/movingVariance"]![channel]! / variance![channel]!).toBeCloseTo(1, 3)
  }
  player.dispose()
})

test("doing it twice changes no bit, what was learned stays, and no tensor is left behind", async () => {
  const [player, split] = [network([2]), noise(40)]
  const kernel = Array.from(player.variables["conv1/kernel"]!.dataSync())
  await settleStatistics(player, split)
  const [once, tensors] = [values(player), tf.memory().numTensors]
  await settleStatistics(player, split)
  expect(values(player)).toEqual(once)
  expect(Array.from(player.variables["conv1/kernel"]!.dataSync())).toEqual(kernel)
  expect(tf.memory().numTensors).toBe(tensors)
  player.dispose()
})
