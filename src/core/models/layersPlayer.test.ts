import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Player } from "../contracts/player.ts"
import { type LayersPlayer, layersPlayer, playerOfModel } from "./layersPlayer.ts"
import { makePatchGan } from "./patchGan.ts"
import { images } from "./testing/fields.ts"
import { makeUnet } from "./unet.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

function generator(name: string, seed = 1): LayersPlayer {
  const model = makeUnet({ width: 2, norm: "batch", statistics: "moving" })
  return model.player(name, { inputs: { image: images(8, 8, 3) } }, seed) as LayersPlayer
}

function weights(player: Player): number[] {
  return Object.values(player.variables).flatMap((variable) => Array.from(variable.dataSync()))
}

test("the same seed and name give the same weights, another of either gives others", () => {
  const players = [generator("a"), generator("a"), generator("b"), generator("a", 2)]
  const [first, again, otherName, otherSeed] = players.map(weights)
  expect(again).toEqual(first)
  expect(otherName).not.toEqual(first)
  expect(otherSeed).not.toEqual(first)
  for (const player of players) player.dispose()
})

test("players with the same layer names are independent, and have the same variable names", () => {
  const [a, b] = [generator("a"), generator("b")]
  expect(Object.keys(a.variables)).toEqual(Object.keys(b.variables))
  expect(Object.keys(a.variables).slice(0, 4)).toEqual([
    "down1/kernel",
    "down1/bias",
    "down2/kernel",
    "down2/bias",
  ])
  const before = weights(b)
  const bias = a.variables["down1/bias"]!
  tf.tidy(() => bias.assign(tf.ones(bias.shape)))
  expect(weights(b)).toEqual(before)
  a.dispose()
  expect(weights(b)).toEqual(before)
  b.dispose()
})

test("training moves the state, evaluation does not, and no tensor is left behind", () => {
  const before = tf.memory().numTensors
  const player = makePatchGan({ receptiveField: 34, width: 2, norm: "batch", conditional: false }).player(
    "critic",
    { inputs: { image: images(16, 16, 3) } },
    1,
  )
  expect(Object.keys(player.state)).toEqual([
    "conv2/norm/movingMean",
    "conv2/norm/movingVariance",
    "conv3/norm/movingMean",
    "conv3/norm/movingVariance",
  ])
  const state = () => Object.values(player.state).flatMap((variable) => Array.from(variable.dataSync()))
  const x = tf.tensor4d(
    Array.from({ length: 768 }, (_, i) => Math.sin(i)),
    [1, 16, 16, 3],
  )
  const start = state()
  tf.dispose(player.apply({ image: x }, "evaluate"))
  expect(state()).toEqual(start)
  tf.dispose(player.apply({ image: x }, "train"))
  expect(state()).not.toEqual(start)
  player.dispose()
  x.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("gradients of a player leave no tensor behind and reach every variable", () => {
  const player = makeUnet({ width: 1, norm: "instance", dropout: 0 }).player(
    "g",
    { inputs: { image: images(8, 8, 1) } },
    1,
  )
  const x = tf.ones([1, 8, 8, 1])
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const loss = () => tf.mean(tf.square(player.apply({ image: x }, "train").image!)) as tf.Scalar
    const { grads } = tf.variableGrads(loss, Object.values(player.variables))
    expect(Object.keys(grads)).toHaveLength(Object.keys(player.variables).length)
  })
  expect(tf.memory().numTensors).toBe(before)
  player.dispose()
})

test("a model comes back from its JSON with the same answers", async () => {
  const player = generator("Generator_AB")
  const loaded = await tf.models.modelFromJSON(player.model.toJSON(null, false) as never)
  loaded.setWeights(player.model.getWeights())
  const x = tf.tensor4d(
    Array.from({ length: 192 }, (_, i) => Math.cos(i)),
    [1, 8, 8, 3],
  )
  const again = playerOfModel(loaded, { inputs: ["image"], outputs: ["image"] })
  expect(again.apply({ image: x }, "evaluate").image!.dataSync()).toEqual(
    player.apply({ image: x }, "evaluate").image!.dataSync(),
  )
  expect(Object.keys(again.variables)).toEqual(Object.keys(player.variables))
  again.dispose()
  player.dispose()
})

test("the model's own predict is the player in evaluation", () => {
  const player = generator("a")
  const x = tf.tensor4d(
    Array.from({ length: 192 }, (_, i) => Math.cos(i)),
    [1, 8, 8, 3],
  )
  const predicted = (player.model.predict(x) as tf.Tensor).dataSync()
  expect(player.apply({ image: x }, "evaluate").image!.dataSync()).toEqual(predicted)
  player.dispose()
})

test("a user's own TensorFlow.js model is a player", () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [2], name: "hidden" }),
      tf.layers.batchNormalization({ name: "norm" }),
      tf.layers.dense({ units: 1, name: "score" }),
    ],
  })
  const player = playerOfModel(model, { inputs: ["features"], outputs: ["scores"] })
  expect(Object.keys(player.variables)).toEqual([
    "hidden/kernel",
    "hidden/bias",
    "norm/gamma",
    "norm/beta",
    "score/kernel",
    "score/bias",
  ])
  expect(Object.keys(player.state)).toEqual(["norm/moving_mean", "norm/moving_variance"])
  expect(player.apply({ features: tf.ones([4, 2]) }, "train").scores!.shape).toEqual([4, 1])
  player.dispose()
})

test("layers with unseeded random numbers are refused", () => {
  const layers = [
    tf.layers.dense({ units: 1, inputShape: [2] }),
    tf.layers.dropout({ rate: 0.5, name: "drop" }),
  ]
  const ends = { inputs: ["features"], outputs: ["scores"] } as const
  expect(() => playerOfModel(tf.sequential({ layers }), ends)).toThrow(
    'Expected layers whose random numbers come from the trial\'s seed, but "drop" is a tf.layers Dropout. ' +
      "Use Dropout of @saddlepoint/core/layers/dropout.",
  )
})

test("a user's own model needs as many names as it has inputs and outputs", () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })], name: "own" })
  expect(() => playerOfModel(model, { inputs: ["image", "condition"], outputs: ["scores"] })).toThrow(
    "Expected a name of its own for each input of the model own, which has 1, but got image, condition; " +
      "name them in the model's order.",
  )
  expect(() => playerOfModel(model, { inputs: ["image"], outputs: [] })).toThrow("which has 1, but got none;")
  model.dispose()
})

/** Two inputs, of which `latent` is doubled, and two outputs. */
function twoEnds(): LayersPlayer {
  const image = tf.input({ shape: [2], name: "image" })
  const latent = tf.input({ shape: [2], name: "latent" })
  const sum = tf.layers.add({ name: "sum" }).apply([image, latent, latent]) as tf.SymbolicTensor
  const score = tf.layers.dense({ name: "score", units: 1 }).apply(sum) as tf.SymbolicTensor
  return layersPlayer({ name: "two", inputs: { image, latent }, outputs: { features: sum, scores: score } })
}

test("a player of several inputs takes them by name, whatever comes beside them, and gives its outputs by name", () => {
  const before = tf.memory().numTensors
  const player = twoEnds()
  const values = { text: tf.ones([3]), latent: tf.tensor2d([[1, 2]]), image: tf.tensor2d([[10, 20]]) }
  const given = player.apply(values, "evaluate")
  expect(Object.keys(given)).toEqual(["features", "scores"])
  expect(given.features!.arraySync()).toEqual([[12, 24]])
  expect(given.scores!.shape).toEqual([1, 1])
  tf.dispose([values, given])
  player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("gradients of several outputs add up", () => {
  const player = twoEnds()
  const slopes = tf.tidy(() => {
    const latent = tf.tensor2d([[1, 2]])
    const both = (image: tf.Tensor) => {
      const { features, scores } = player.apply({ image, latent }, "train")
      return tf.add(tf.sum(features!), tf.sum(scores!)) as tf.Tensor
    }
    return Array.from(
      tf
        .grad(both)(tf.ones([1, 2]))
        .dataSync(),
    )
  })
  const kernel = player.variables["score/kernel"]!.dataSync()
  for (const [index, slope] of slopes.entries()) expect(slope).toBeCloseTo(1 + kernel[index]!, 6)
  player.dispose()
})

test("values that are missing or of the wrong shape are refused in a sentence", () => {
  const [player, two] = [generator("a"), twoEnds()]
  expect(() => player.apply({ image: tf.ones([1, 16, 16, 3]) }, "evaluate")).toThrow(
    "Expected image [batch, 8, 8, 3] for the player a, but got image [1, 16, 16, 3].",
  )
  expect(() => two.apply({ image: tf.ones([1, 2]) }, "evaluate")).toThrow(
    "Expected image [batch, 2], latent [batch, 2] for the player two, but got image [1, 2].",
  )
  expect(() => two.apply({ text: tf.ones([1]) }, "evaluate")).toThrow(
    "for the player two, but got only text.",
  )
  expect(() => two.apply({}, "evaluate")).toThrow("for the player two, but got no values.")
  player.dispose()
  two.dispose()
})
