import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { learn, type Stage } from "../contracts/game.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { linearDecay } from "../schedules/linearDecay.ts"
import { imageOf, only, stage, stageOf, towards, valuesOf, vector } from "./testing/toys.ts"
import { shareOut, train } from "./trainer.ts"
import { weightsDigest, weightsOf } from "./weights.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

const play = (stages: readonly Stage[], steps: number, seed = 1) =>
  train({ stages, seed, steps, engine, openLoader: inOrder })

/** Dirac-GAN (Mescheder et al. 2018): real data at 0, the generator at theta, the discriminator D(x) = psi x. */
const dirac = stageOf(
  ["generator", "discriminator"],
  [
    learn({
      name: "discriminator",
      learns: ["discriminator"],
      optimiser: makeSgd({ rate: 0.1 }),
      objective: ({ players: { generator, discriminator } }) =>
        only("bce", tf.sum(tf.softplus(tf.mul(imageOf(discriminator), imageOf(generator))))),
    }),
    learn({
      name: "generator",
      learns: ["generator"],
      optimiser: makeSgd({ rate: 0.1 }),
      objective: ({ players: { generator, discriminator } }) =>
        only("bce", tf.sum(tf.softplus(tf.neg(tf.mul(imageOf(discriminator), imageOf(generator)))))),
    }),
  ],
)

test("moves alternate: the generator answers the discriminator as it is after its own move", async () => {
  const { players, status } = await play([dirac], 20)
  // The same alternating gradient descent by hand, in float64: dpsi = -h theta sig(psi theta), dtheta = h psi sig(-psi theta).
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  let [psi, theta] = [1, 1]
  for (let step = 0; step < 20; step++) {
    psi -= 0.1 * theta * sigmoid(psi * theta)
    theta += 0.1 * psi * sigmoid(-psi * theta)
  }
  expect(status).toBe("completed")
  expect(valuesOf(players.discriminator)[0]).toBeCloseTo(psi, 5)
  expect(valuesOf(players.generator)[0]).toBeCloseTo(theta, 5)
})

/** A stage in which pixels that begin at 3 go towards 1. */
const pixels = (moves = [towards(1)], others: Partial<Stage> = {}) =>
  stage(() => ({ players: { image: vector([3]) }, moves }), others)

test("the pixels of an image are a player without a network, as in style transfer", async () => {
  const { players } = await play([pixels()], 3)
  // x - 1 halves at every step: 2 -> 1 -> 0.5 -> 0.25.
  expect(valuesOf(players.image)).toEqual([1.25])
})

test("a player may change shape between stages, as in progressive growing", async () => {
  const large = stage(
    ({ carried }) => {
      const [grown] = valuesOf(carried.image)
      return { players: { image: vector([grown!, grown!]) }, moves: [towards(1)] }
    },
    { name: "8px" },
  )
  const { players, steps } = await play([pixels(undefined, { name: "4px" }), large], 4)
  // Two halvings of 2 in the first stage; then 2/4 of the gradient per pixel (a mean over two): factor 3/4 twice.
  const expected = 1 + 2 * 0.25 * 0.75 ** 2
  expect(steps).toBe(4)
  expect(valuesOf(players.image)).toEqual([expected, expected])
})

test("players that a later stage does not name are carried on untouched, as the classifier in CyCADA", async () => {
  const adapt = stage(
    ({ carried }) => ({
      players: { copy: vector(valuesOf(carried.image)) },
      moves: [towards(0, { player: "copy" })],
    }),
    { name: "adapt" },
  )
  const { players } = await play([pixels(undefined, { name: "source" }), adapt], 4)
  expect(Object.keys(players).sort()).toEqual(["copy", "image"])
  expect(valuesOf(players.image)).toEqual([1.5])
  expect(valuesOf(players.copy)).toEqual([1.5 * 0.5 ** 2])
})

test("Adam follows the paper's recursion", async () => {
  const { players } = await play([pixels([towards(1, { optimiser: makeAdam({ rate: 0.1 }) })])], 10)
  let [x, m, v] = [3, 0, 0]
  for (let t = 1; t <= 10; t++) {
    const g = 2 * (x - 1)
    m = 0.5 * m + 0.5 * g
    v = 0.999 * v + 0.001 * g * g
    x -= (0.1 * (m / (1 - 0.5 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
  }
  expect(valuesOf(players.image)[0]).toBeCloseTo(x, 5)
})

test("a schedule changes the steps that are taken", async () => {
  const { players } = await play([pixels([towards(1, { rate: linearDecay(0.5) })])], 4)
  // Rates 1, 1, 1, 0.5 times 0.25: x - 1 is 2 * 0.5 * 0.5 * 0.5 * 0.75.
  expect(valuesOf(players.image)).toEqual([1.1875])
})

test("a loss that is not finite ends the trial as diverged and says which, where and when", async () => {
  const exploding = pixels([towards(1, { optimiser: makeSgd({ rate: 1e12 }) })])
  const { status, evidence, steps } = await play([exploding], 50)
  expect(status).toBe("diverged")
  expect(steps).toBeLessThan(50)
  expect(evidence).toMatch(/^image\/content became (Infinity|NaN) at step \d+ of stage only\.$/)
})

test("no tensor is left behind", async () => {
  const before = tf.memory().numTensors
  const { players, leaked } = await play([dirac], 10)
  for (const player of Object.values(players)) player.dispose()
  expect(leaked).toBe(0)
  expect(tf.memory().numTensors).toBe(before)
})

test("the same seed gives the same bits", async () => {
  const digest = async () => weightsDigest(weightsOf((await play([dirac], 10)).players))
  expect(await digest()).toBe(await digest())
})

test("steps are shared out exactly, the largest remainder first", () => {
  expect(shareOut(10, [{ share: 1 }, { share: 1 }, { share: 1 }])).toEqual([4, 3, 3])
  expect(shareOut(7, [{ share: 1 }, { share: 3 }])).toEqual([2, 5])
})
