import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Player } from "../contracts/player.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"
import { makePatchGan } from "./patchGan.ts"
import { makeUnet } from "./unet.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

function generator(name: string, seed = 1): LayersPlayer {
  const model = makeUnet({ width: 2, norm: "batch", statistics: "moving" })
  return model.player(name, [[8, 8, 3]], seed) as LayersPlayer
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
    [[16, 16, 3]],
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
  player.apply([x], "evaluate").dispose()
  expect(state()).toEqual(start)
  player.apply([x], "train").dispose()
  expect(state()).not.toEqual(start)
  player.dispose()
  x.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("gradients of a player leave no tensor behind and reach every variable", () => {
  const player = makeUnet({ width: 1, norm: "instance", dropout: 0 }).player("g", [[8, 8, 1]], 1)
  const x = tf.ones([1, 8, 8, 1])
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const loss = () => tf.mean(tf.square(player.apply([x], "train"))) as tf.Scalar
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
  const again = layersPlayer(loaded)
  expect(again.apply([x], "evaluate").dataSync()).toEqual(player.apply([x], "evaluate").dataSync())
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
  expect(player.apply([x], "evaluate").dataSync()).toEqual(predicted)
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
  const player = layersPlayer(model)
  expect(Object.keys(player.variables)).toEqual([
    "hidden/kernel",
    "hidden/bias",
    "norm/gamma",
    "norm/beta",
    "score/kernel",
    "score/bias",
  ])
  expect(Object.keys(player.state)).toEqual(["norm/moving_mean", "norm/moving_variance"])
  expect(player.apply([tf.ones([4, 2])], "train").shape).toEqual([4, 1])
  player.dispose()
})

test("layers with unseeded random numbers are refused", () => {
  const layers = [
    tf.layers.dense({ units: 1, inputShape: [2] }),
    tf.layers.dropout({ rate: 0.5, name: "drop" }),
  ]
  expect(() => layersPlayer(tf.sequential({ layers }))).toThrow(
    'Expected layers whose random numbers come from the trial\'s seed, but "drop" is a tf.layers Dropout. ' +
      "Use Dropout of @saddlepoint/core/layers/dropout.",
  )
})

test("inputs of the wrong shape are refused in a sentence", () => {
  const player = generator("a")
  expect(() => player.apply([tf.ones([1, 16, 16, 3])], "evaluate")).toThrow(
    "Expected inputs of shape [batch, 8, 8, 3] for the model a, but got [1, 16, 16, 3].",
  )
  player.dispose()
})
