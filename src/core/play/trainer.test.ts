import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Split } from "../contracts/dataset.ts"
import type { Stage } from "../contracts/game.ts"
import type { Player } from "../contracts/player.ts"
import { linearDecay } from "../contracts/schedule.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { shareOut, train } from "./trainer.ts"
import { weightsDigest, weightsOf } from "./weights.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** Four numbers, one field. */
const numbers: Split = {
  size: 4,
  fields: { x: { shape: [1], dtype: "float32", range: [-10, 10] } },
  read: async (indices) => ({ x: Float32Array.from(indices, (index) => index + 1) }),
}

/** A player that is one vector: pixels of an image, or the parameter of a toy. */
function pixels(initial: readonly number[]): Player {
  const image = tf.tidy(() => tf.variable(tf.tensor1d([...initial])))
  return { variables: { image }, state: {}, apply: () => image, dispose: () => image.dispose() }
}

const play = (stages: readonly Stage[], steps: number, seed = 1) =>
  train({ stages, seed, steps, engine, openLoader: inOrder })

const stage = (parts: Pick<Stage, "play"> & Partial<Stage>): Stage => ({
  name: "only",
  share: 1,
  batch: 2,
  data: async () => numbers,
  ...parts,
})

/** Dirac-GAN (Mescheder et al. 2018): real data at 0, the generator at theta, the discriminator D(x) = psi x. */
const dirac = (every = 1) =>
  stage({
    play: () => ({
      players: { generator: pixels([1]), discriminator: pixels([1]) },
      turns: [
        {
          name: "discriminator",
          learns: ["discriminator"],
          optimiser: makeSgd({ rate: 0.1 }),
          objective(_batch, { generator, discriminator }) {
            const score = tf.mul(discriminator!.apply([], "train"), generator!.apply([], "train"))
            const total = tf.sum(tf.softplus(score)) as tf.Scalar
            return { total, terms: { bce: total } }
          },
        },
        {
          name: "generator",
          learns: ["generator"],
          optimiser: makeSgd({ rate: 0.1 }),
          every,
          objective(_batch, { generator, discriminator }) {
            const score = tf.mul(discriminator!.apply([], "train"), generator!.apply([], "train"))
            const total = tf.sum(tf.softplus(tf.neg(score))) as tf.Scalar
            return { total, terms: { bce: total } }
          },
        },
      ],
    }),
  })

test("turns alternate: the generator answers the discriminator as it is after its own turn", async () => {
  const { players, status } = await play([dirac()], 20)
  // The same alternating gradient descent by hand, in float64: dpsi = -h theta sig(psi theta), dtheta = h psi sig(-psi theta).
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  let [psi, theta] = [1, 1]
  for (let step = 0; step < 20; step++) {
    psi -= 0.1 * theta * sigmoid(psi * theta)
    theta += 0.1 * psi * sigmoid(-psi * theta)
  }
  expect(status).toBe("completed")
  expect(players.discriminator!.variables.image!.dataSync()[0]).toBeCloseTo(psi, 5)
  expect(players.generator!.variables.image!.dataSync()[0]).toBeCloseTo(theta, 5)
})

test("a turn with every: 5 is taken at steps 0, 5, 10, ... only", async () => {
  const seen: string[] = []
  await train({
    stages: [dirac(5)],
    seed: 1,
    steps: 11,
    engine,
    openLoader: inOrder,
    onStep: ({ step, losses }) => {
      if ("generator/total" in losses) seen.push(`${step}`)
    },
  })
  expect(seen).toEqual(["0", "5", "10"])
})

const towards = (target: number, optimiser = makeSgd({ rate: 0.25 })) => ({
  name: "image",
  learns: ["image"],
  optimiser,
  objective(_batch: unknown, players: Readonly<Record<string, Player>>) {
    const total = tf.mean(tf.square(tf.sub(players.image!.apply([], "train"), target))) as tf.Scalar
    return { total, terms: { content: total } }
  },
})

test("the pixels of an image are a player without a network, as in style transfer", async () => {
  const { players } = await play(
    [stage({ play: () => ({ players: { image: pixels([3]) }, turns: [towards(1)] }) })],
    3,
  )
  // x - 1 halves at every step: 2 -> 1 -> 0.5 -> 0.25.
  expect(players.image!.variables.image!.dataSync()[0]).toBeCloseTo(1.25, 6)
})

test("a player may change shape between stages, as in progressive growing", async () => {
  const small = stage({ name: "4px", play: () => ({ players: { image: pixels([3]) }, turns: [towards(1)] }) })
  const large = stage({
    name: "8px",
    play: ({ carried }) => {
      const grown = carried.image!.variables.image!.dataSync()[0]!
      return { players: { image: pixels([grown, grown]) }, turns: [towards(1)] }
    },
  })
  const { players, steps } = await play([small, large], 4)
  // Two halvings of 2 in the first stage; then 2/4 of the gradient per pixel (a mean over two): factor 3/4 twice.
  const expected = 1 + 2 * 0.25 * 0.75 ** 2
  expect(steps).toBe(4)
  expect([...players.image!.variables.image!.dataSync()]).toEqual([
    expect.closeTo(expected, 5),
    expect.closeTo(expected, 5),
  ])
})

test("players that a later stage does not name are carried on untouched, as the classifier in CyCADA", async () => {
  const classifier = stage({
    name: "source",
    play: () => ({ players: { image: pixels([3]) }, turns: [towards(1)] }),
  })
  const adapt = stage({
    name: "adapt",
    play: ({ carried }) => ({
      players: { copy: pixels([...carried.image!.variables.image!.dataSync()]) },
      turns: [
        {
          ...towards(0),
          learns: ["copy"],
          objective: (_batch, { copy }) => {
            const total = tf.mean(tf.square(copy!.apply([], "train"))) as tf.Scalar
            return { total, terms: {} }
          },
        },
      ],
    }),
  })
  const { players } = await play([classifier, adapt], 4)
  expect(Object.keys(players).sort()).toEqual(["copy", "image"])
  expect(players.image!.variables.image!.dataSync()[0]).toBeCloseTo(1.5, 6)
  expect(players.copy!.variables.image!.dataSync()[0]).toBeCloseTo(1.5 * 0.5 ** 2, 6)
})

test("Adam follows the paper's recursion", async () => {
  const optimiser = makeAdam({ rate: 0.1 })
  const { players } = await play(
    [stage({ play: () => ({ players: { image: pixels([3]) }, turns: [towards(1, optimiser)] }) })],
    10,
  )
  let [x, m, v] = [3, 0, 0]
  for (let t = 1; t <= 10; t++) {
    const g = 2 * (x - 1)
    m = 0.5 * m + 0.5 * g
    v = 0.999 * v + 0.001 * g * g
    x -= (0.1 * (m / (1 - 0.5 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
  }
  expect(players.image!.variables.image!.dataSync()[0]).toBeCloseTo(x, 5)
})

test("a schedule changes the steps that are taken", async () => {
  const decayed = { ...towards(1), rate: linearDecay(0.5) }
  const { players } = await play(
    [stage({ play: () => ({ players: { image: pixels([3]) }, turns: [decayed] }) })],
    4,
  )
  // Rates 1, 1, 1, 0.5 times 0.25: x - 1 is 2 * 0.5 * 0.5 * 0.5 * 0.75.
  expect(players.image!.variables.image!.dataSync()[0]).toBeCloseTo(1.1875, 6)
})

test("a loss that is not finite ends the trial as diverged and says which, where and when", async () => {
  const exploding = { ...towards(1), optimiser: makeSgd({ rate: 1e12 }) }
  const { status, evidence, steps } = await play(
    [stage({ play: () => ({ players: { image: pixels([3]) }, turns: [exploding] }) })],
    50,
  )
  expect(status).toBe("diverged")
  expect(steps).toBeLessThan(50)
  expect(evidence).toMatch(/^image\/content became (Infinity|NaN) at step \d+ of stage only\.$/)
})

test("no tensor is left behind", async () => {
  const before = tf.memory().numTensors
  const { players, leaked } = await play([dirac()], 10)
  for (const player of Object.values(players)) player.dispose()
  expect(leaked).toBe(0)
  expect(tf.memory().numTensors).toBe(before)
})

test("the same seed gives the same bits", async () => {
  const digest = async () => weightsDigest(weightsOf((await play([dirac()], 10)).players))
  expect(await digest()).toBe(await digest())
})

test("steps are shared out exactly, the largest remainder first", () => {
  expect(shareOut(10, [{ share: 1 }, { share: 1 }, { share: 1 }])).toEqual([4, 3, 3])
  expect(shareOut(7, [{ share: 1 }, { share: 3 }])).toEqual([2, 5])
})
