import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { AnyLoss } from "../../contracts/loss.ts"
import { refusalsOf, stagesOf } from "../../contracts/method.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { makeDcganDiscriminator } from "../../models/dcganDiscriminator.ts"
import { makeDcganGenerator } from "../../models/dcganGenerator.ts"
import { makePatchGan } from "../../models/patchGan.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { train } from "../../play/trainer.ts"
import { scenesPlugin, twoBars } from "../../testing/twoBars.ts"
import { buildGan, type GanParts } from "./gan.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const classes = crossEntropy.plugin.build({ weight: 1 }) as AnyLoss

const acgan = (more: Partial<GanParts> = {}) =>
  buildGan({
    generator: makeDcganGenerator({ width: 8 }),
    discriminator: makeDcganDiscriminator({ width: 8, norm: "none" }),
    losses: [adversarial.plugin.build({ objective: "bce", weight: 1 }), classes],
    optimiser: makeAdam({ rate: 2e-3, beta1: 0.5 }),
    latent: 4,
    batch: 20,
    conditional: true,
    data: scenesPlugin.build({}),
    ...more,
  })

test("the discriminator learns to tell the classes, the generator to make them, and the discriminator is not told", async () => {
  const method = acgan()
  const dataset = twoBars()
  expect(method.mistakes).toEqual([])
  expect(refusalsOf(method, dataset)).toEqual([])
  const before = engine.memory().tensors
  const terms = new Set<string>()
  const { players } = await train({
    stages: stagesOf(method, dataset),
    seed: 1,
    steps: 60,
    engine,
    openLoader: inOrder,
    onStep({ losses }) {
      for (const name of Object.keys(losses)) terms.add(name)
    },
  })
  expect(Object.keys(players.discriminator!.variables).filter((name) => /^class/.test(name))).toEqual([
    "classLogits/kernel",
    "classLogits/bias",
  ])
  const { image, label } = await dataset.splits.test.read(Array.from({ length: 20 }, (_, at) => at))
  tf.tidy(() => {
    const judged = (images: tf.Tensor) =>
      players.discriminator!.apply({ image: images }, "evaluate").classLogits!
    const share = (logits: tf.Tensor, wanted: ArrayLike<number>) =>
      Array.from(tf.argMax(logits, -1).dataSync()).filter((found, i) => found === wanted[i]).length /
      wanted.length
    expect(share(judged(tf.tensor4d(image as Float32Array, [20, 12, 12, 1])), label!)).toBeGreaterThan(0.9)
    const told = { latent: tf.randomNormal([20, 4], 0, 1, "float32", 7), label: tf.tensor1d(label!, "int32") }
    expect(share(judged(players.generator!.apply(told, "evaluate").image!), label!)).toBeGreaterThan(0.9)
  })
  for (const player of Object.values(players)) player.dispose()
  expect(engine.memory().tensors).toBe(before)
  expect([...terms].filter((name) => name.includes("crossEntropy")).toSorted()).toEqual([
    "discriminator/crossEntropy",
    "discriminator/crossEntropy/generated",
    "generator/crossEntropy",
  ])
})

test("a loss of classes needs a generator that is told the class, one example in a pack, and a discriminator that tells it", () => {
  expect(acgan({ conditional: false }).mistakes).toEqual([
    {
      path: ["losses", 1],
      message: expect.stringMatching(/^expected a generator that is told the class .*but it is not; add/),
    },
  ])
  expect(acgan({ packing: 2 }).mistakes).toEqual([
    { path: ["packing"], message: expect.stringMatching(/^expected 1 beside .* but got 2;/) },
  ])
  const patches = acgan({ discriminator: makePatchGan({ conditional: false, receptiveField: 7, width: 2 }) })
  expect(refusalsOf(patches, twoBars())).toEqual([
    expect.stringMatching(
      /^Expected a discriminator that gives classLogits .*, but got one that gives scores; .*\.$/,
    ),
  ])
})
