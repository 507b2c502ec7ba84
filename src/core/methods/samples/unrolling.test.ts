import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Field } from "../../contracts/field.ts"
import type { Player } from "../../contracts/player.ts"
import { bce } from "../../losses/objectives/bce.ts"
import { dcganDiscriminatorPlugin } from "../../models/dcganDiscriminator.ts"
import { mlpDiscriminatorPlugin } from "../../models/mlpDiscriminator.ts"
import { type Judge, unrolled } from "./unrolling.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const point: Field = { shape: [2], dtype: "float32" }
const options = { of: "points", hidden: [4, 3], activation: "tanh", initialisation: "auto" } as const
const discriminator = (): Player =>
  mlpDiscriminatorPlugin.build(options).player("discriminator", { inputs: { point } }, 5)

const real = [
  [0.5, -0.2],
  [0.1, 0.9],
]
const fake = [
  [-0.3, 0.4],
  [0.2, 0.2],
]
const rate = 0.3

/** The discriminator's loss, a mean over the batch. */
const lossOf =
  (made: tf.Tensor) =>
  (judge: Judge): tf.Scalar =>
    tf.mean(
      bce.opponent(judge({ point: tf.tensor2d(real) }).scores!, judge({ point: made }).scores!),
    ) as tf.Scalar

/** The generator's loss against a discriminator that took `steps` steps. */
const generatorLoss = (player: Player, made: tf.Tensor, steps: number): tf.Scalar => {
  const judge = unrolled(player, { steps, rate }, lossOf(made))
  return tf.mean(bce.learner(judge({ point: made }).scores!, () => tf.zeros([2, 1]))) as tf.Scalar
}

test("what is unrolled says what the discriminator would after as many steps of gradient descent", () => {
  const [player, moved] = [discriminator(), discriminator()]
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const made = tf.tensor2d(fake)
    const ahead = unrolled(player, { steps: 3, rate }, lossOf(made))({ point: made }).scores!
    for (let step = 0; step < 3; step++) {
      const judge: Judge = (inputs) => moved.apply(inputs, "train")
      const { grads } = tf.variableGrads(() => lossOf(made)(judge), Object.values(moved.variables))
      for (const variable of Object.values(moved.variables))
        variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, rate)))
    }
    const there = moved.apply({ point: made }, "train").scores!
    expect(tf.max(tf.abs(tf.sub(ahead, there))).dataSync()[0]).toBeLessThan(1e-6)
    // The discriminator itself has not moved.
    const now = player.apply({ point: made }, "train").scores!
    expect(tf.max(tf.abs(tf.sub(ahead, now))).dataSync()[0]).toBeGreaterThan(1e-3)
  })
  expect(tf.memory().numTensors).toBe(before)
  for (const each of [player, moved]) each.dispose()
})

test("the generator's gradient goes through the steps that its opponent will take: central differences", () => {
  const player = discriminator()
  tf.tidy(() => {
    const slope = tf
      .grad((made: tf.Tensor) => generatorLoss(player, made, 2))(tf.tensor2d(fake))
      .dataSync()
    const short = tf
      .grad((made: tf.Tensor) => generatorLoss(player, made, 0))(tf.tensor2d(fake))
      .dataSync()
    const flat = fake.flat()
    const step = 1e-2
    for (const at of flat.keys()) {
      const moved = (by: number) => {
        const values = flat.map((value, index) => (index === at ? value + by : value))
        return generatorLoss(player, tf.tensor2d(values, [2, 2]), 2).dataSync()[0]!
      }
      const central = (moved(step) - moved(-step)) / (2 * step)
      expect(Math.abs(slope[at]! - central)).toBeLessThan(2e-3 * Math.max(0.1, Math.abs(central)))
    }
    expect(Math.max(...slope.map((value, at) => Math.abs(value - short[at]!)))).toBeGreaterThan(1e-2)
  })
  player.dispose()
})

test("convolutions cannot be unrolled, which is said", () => {
  const image: Field = { shape: [16, 16, 1], dtype: "float32" }
  const plugin = dcganDiscriminatorPlugin
  const model = plugin.build({ width: 2, norm: "none", statistics: "moving", initialisation: "auto" })
  expect(model.unrolls).toBeUndefined()
  const player = model.player("discriminator", { inputs: { image } }, 1)
  expect(() => unrolled(player, { steps: 1, rate }, () => tf.scalar(0))).toThrow(
    /^Expected a discriminator whose gradients can be differentiated again/,
  )
  player.dispose()
})
