import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { type Norm, Normalisation, type Statistics } from "./normalisation.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

function normalisation(norm: Exclude<Norm, "none">, channels: number, statistics: Statistics = "batch") {
  const initialiser = seededNormal({ seed: 1, player: "p", variable: "norm/gamma" }, 1)
  const layer = new Normalisation({ name: "norm", norm, statistics, initialiser })
  layer.build([null, null, null, channels])
  return layer
}

/** The layer's definition in float64 JavaScript: values with the same group share a mean and a variance. */
function plainly(
  values: Float32Array,
  shape: readonly [number, number, number, number],
  norm: Exclude<Norm, "none">,
  gamma: Float32Array,
): number[] {
  const [, height, width, channels] = shape
  const groupOf = (index: number) => {
    const channel = index % channels
    const example = Math.floor(index / (height * width * channels))
    return { batch: `${channel}`, instance: `${example}/${channel}`, layer: `${example}` }[norm]
  }
  const groups = new Map<string, number[]>()
  for (const [index, value] of values.entries()) {
    groups.set(groupOf(index), [...(groups.get(groupOf(index)) ?? []), value])
  }
  const average = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length
  return Array.from(values, (value, index) => {
    const group = groups.get(groupOf(index))!
    const mean = average(group)
    const variance = average(group.map((x) => (x - mean) ** 2))
    return (gamma[index % channels]! * (value - mean)) / Math.sqrt(variance + 1e-5) + 0.5
  })
}

test.each(["batch", "instance", "layer"] as const)("%s normalisation is its definition", (norm) => {
  const side = fc.integer({ min: 2, max: 4 })
  fc.assert(
    fc.property(side, side, side, side, fc.nat(), (batch, height, width, channels, seed) => {
      const shape = [batch, height, width, channels] as const
      const values = stream(seed, "values").fillNormal(new Float32Array(batch * height * width * channels))
      const layer = normalisation(norm, channels)
      const gamma = layer.getWeights()[0]!.dataSync() as Float32Array
      const got = tf.tidy(() => {
        layer.setWeights([tf.tensor1d(gamma), tf.fill([channels], 0.5), ...layer.getWeights().slice(2)])
        return (layer.call(tf.tensor4d(values, [...shape]), { training: true }) as tf.Tensor).dataSync()
      })
      tf.dispose(layer.getWeights())
      const expected = plainly(values, shape, norm, gamma)
      for (const [index, value] of expected.entries()) expect(got[index]).toBeCloseTo(value, 3)
    }),
    { numRuns: 20 },
  )
})

test("batch statistics move towards those of the batch by a tenth, with the variance divided by n - 1", () => {
  const layer = normalisation("batch", 1)
  const x = tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1]) // mean 3, squares of differences 4 + 1 + 0 + 9 = 14
  layer.call(x, { training: true })
  const [, , mean, variance] = layer.getWeights().map((weight) => weight.dataSync()[0]!)
  expect(mean).toBeCloseTo(0.9 * 0 + 0.1 * 3, 6)
  expect(variance).toBeCloseTo(0.9 * 1 + 0.1 * (14 / 3), 6)
})

test("evaluation moves nothing, and uses the declared statistics", () => {
  const x = tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1])
  const outputs = (["batch", "moving"] as const).map((statistics) => {
    const layer = normalisation("batch", 1, statistics)
    layer.setWeights([tf.tensor1d([2]), tf.tensor1d([1]), tf.tensor1d([5]), tf.tensor1d([4])])
    const y = Array.from((layer.call(x, { training: false }) as tf.Tensor).dataSync())
    expect(layer.getWeights().map((weight) => weight.dataSync()[0])).toEqual([2, 1, 5, 4])
    return y
  })
  const by = (mean: number, variance: number) =>
    [1, 2, 3, 6].map((v) => (2 * (v - mean)) / Math.sqrt(variance) + 1)
  for (const [index, value] of by(3, 14 / 4).entries()) expect(outputs[0]![index]).toBeCloseTo(value, 4)
  for (const [index, value] of by(5, 4).entries()) expect(outputs[1]![index]).toBeCloseTo(value, 4)
})

test.each(["instance", "layer"] as const)(
  "%s normalisation of an example ignores the rest of the batch",
  (norm) => {
    const layer = normalisation(norm, 2)
    const values = stream(3, "values").fillNormal(new Float32Array(2 * 3 * 3 * 2))
    const pair = tf.tensor4d(values, [2, 3, 3, 2])
    const together = (layer.call(pair, { training: true }) as tf.Tensor).dataSync().slice(18)
    const alone = (layer.call(pair.slice([1], [1]), { training: false }) as tf.Tensor).dataSync()
    expect(alone).toEqual(together)
  },
)

test("the gradient of a normalised value agrees with central differences", () => {
  const layer = normalisation("instance", 1)
  const weights = tf.tensor4d([1, -2, 3, 0.5], [1, 2, 2, 1])
  const score = (x: tf.Tensor) => tf.sum(tf.mul(layer.call(x, { training: true }) as tf.Tensor, weights))
  const at = [0.3, -1.2, 0.8, 2]
  const gradient = tf
    .grad(score)(tf.tensor4d(at, [1, 2, 2, 1]))
    .dataSync()
  at.forEach((_, index) => {
    const value = (step: number) => {
      const moved = at.map((v, i) => (i === index ? v + step : v))
      return score(tf.tensor4d(moved, [1, 2, 2, 1])).dataSync()[0]!
    }
    expect(gradient[index]).toBeCloseTo((value(1e-2) - value(-1e-2)) / 2e-2, 2)
  })
})
