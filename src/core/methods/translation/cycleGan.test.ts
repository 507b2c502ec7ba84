import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate } from "../../answer/evaluate.ts"
import type { JsonObject } from "../../contracts/json.ts"
import type { TranslationsMethod } from "../../contracts/method.ts"
import type { ImageMetric } from "../../contracts/metric.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { losses as catalogue } from "../../losses/catalogue.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
import { l1 } from "../../losses/l1.ts"
import { builtLosses } from "../../losses/testing/builtLoss.ts"
import { models } from "../../models/catalogue.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import type { Losses } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { unlabelled } from "../../testing/pairedImages.ts"
import { unpairedBars, unpairedBarsPlugin } from "../../testing/unpairedBars.ts"
import { asked } from "../testing/asked.ts"
import { cycleGanPlugin, cycleMistakes } from "./cycleGan.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const dataset = unpairedBars()
const lsgan = { use: "adversarial", objective: "lsgan" }

function method(options: JsonObject = {}): TranslationsMethod {
  const spec = {
    use: "cycleGan",
    data: { use: "unpairedBars" },
    generator: { use: "resnetGenerator", blocks: 3, width: 2 },
    discriminator: {
      use: "patchGan",
      receptiveField: 7,
      width: 2,
      norm: "instance",
      conditional: false,
    },
    optimiser: { use: "adam", rate: 0.003 },
    batch: 4,
    pool: 6,
    ...options,
  }
  const plugins = pluginMap([unpairedBarsPlugin, cycleGanPlugin, ...catalogue, ...models, ...optimisers])
  return resolve("method", spec, plugins) as TranslationsMethod
}

async function trained(cycleGan: TranslationsMethod, steps: number) {
  const losses: Losses[] = []
  const outcome = await train({
    stages: cycleGan.stages(dataset),
    seed: 3,
    steps,
    engine,
    openLoader: inOrder,
    onStep: (report) => losses.push(report.losses),
  })
  return { ...outcome, losses }
}

test("it learns: round trips get better, translations take on the other domain's grey levels; all is replayed, nothing left", async () => {
  const before = tf.memory().numTensors
  const { players, losses, leaked, moves } = await trained(method(), 120)
  expect(leaked).toBe(0)
  const order = ["generators", "poolB", "poolA", "discriminators"]
  expect(moves).toEqual([{ stage: "translation", moves: order, mode: "replayed", reason: "" }])
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
  const cycles = losses.map((step) => step["generators/cycleA"]! + step["generators/cycleB"]!)
  expect(mean(cycles.slice(-10))).toBeLessThan(0.6 * mean(cycles.slice(0, 5)))

  const answer = await method().answer(dataset, players)
  const { input, target } = await dataset.splits.test.read([0, 1, 2, 3])
  const output = tf.tidy(() => answer({ input: tf.tensor(input!, [4, 12, 12, 1]) }, asked(4)).dataSync())
  const distance = Math.abs(mean(input!) - mean(target!))
  expect(Math.abs(mean(output) - mean(target!))).toBeLessThan(0.5 * distance)
  for (const player of Object.values(players)) player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("in alternating order every player has a move of its own, replayed too", async () => {
  const { leaked, moves } = await trained(method({ order: "alternating" }), 6)
  const order = ["generatorAB", "poolB", "discriminatorB", "generatorBA", "poolA", "discriminatorA"]
  expect(moves).toEqual([{ stage: "translation", moves: order, mode: "replayed", reason: "" }])
  expect(leaked).toBe(0)
})

test("by default identity weighs half of the cycle's 10, as published", async () => {
  const weightsOfOne = async (options: JsonObject) => {
    const { players } = await trained(method(options), 2)
    return weightsDigest(weightsOf(players))
  }
  const published = await weightsOfOne({})
  expect(await weightsOfOne({ losses: [lsgan, { use: "l1", weight: 10 }], identity: 0.5 })).toBe(published)
  expect(await weightsOfOne({ identity: 0 })).not.toBe(published)
})

test("with hinge and ssim in place of least squares and l1 it is the same game of other distances", async () => {
  const hinge = { use: "adversarial", objective: "hinge" }
  const ssim = { use: "ssim", window: 7, weight: 5 }
  const { losses, leaked, moves } = await trained(method({ losses: [hinge, ssim] }), 8)
  expect(moves.map(({ mode }) => mode)).toEqual(["replayed"])
  expect(leaked).toBe(0)
  for (const step of losses) {
    const of = (name: string) => step[`generators/${name}`]!
    const fooled = of("adversarialA") + of("adversarialB")
    const cycles = of("cycleA") + of("cycleB")
    const identities = of("identityA") + of("identityB")
    expect(of("total")).toBeCloseTo(fooled + 5 * cycles + 2.5 * identities, 3)
    const told = step["discriminators/adversarialA"]! + step["discriminators/adversarialB"]!
    expect(step["discriminators/total"]).toBeCloseTo(0.5 * told, 4)
  }
})

test("losses that leave discriminators untaught or cycles open are mistakes with a way out", () => {
  const adversarialMissing = {
    path: ["losses"],
    message: 'expected an adversarial loss, such as adversarial("lsgan") but got none; add it',
  }
  const distanceMissing = {
    path: ["losses"],
    message: "expected a reconstruction loss for the cycles, such as l1(10) but got none; add it",
  }
  expect(cycleMistakes(builtLosses(l1(10), adversarial("lsgan")))).toEqual([])
  expect(cycleMistakes(builtLosses(l1(10)))).toEqual([adversarialMissing])
  expect(cycleMistakes(builtLosses(adversarial("hinge"), gradientPenalty()))).toEqual([distanceMissing])
  expect(cycleMistakes([])).toEqual([adversarialMissing, distanceMissing])
  expect(method({ losses: [lsgan] }).mistakes).toEqual([distanceMissing])
})

test("translations of the test images are judged as a set", async () => {
  const { players } = await trained(method(), 2)
  const seen: number[][] = []
  const witness: ImageMetric = {
    name: "witness",
    outputs: [],
    judged: "images",
    needsLabels: false,
    judges: {},
    begin: async () => ({
      async update({ input, output, ...others }) {
        expect(others).toEqual({})
        seen.push(input!.shape, output.shape)
      },
      compute: async () => ({ values: { images: seen.length }, identity: {} }),
      dispose() {},
    }),
  }
  const metrics = [{ metric: witness, judges: {} }]
  await evaluate({ method: method(), players, dataset, datasetDigest: "d", metrics, engine, seed: 3 })
  expect(seen).toEqual([
    [10, 12, 12, 1],
    [10, 12, 12, 1],
  ])
})

test("domains of unlike images, small images and paired data are refused in one sentence each", () => {
  const { A, B } = dataset.unpaired
  const shaped = (shape: readonly number[]) => ({
    ...B,
    fields: { image: { ...B.fields.image!, shape } },
  })
  const refused = (pair: typeof dataset.unpaired) =>
    method().refuses!({ ...dataset, unpaired: pair } as never)
  expect(refused(dataset.unpaired)).toEqual([])
  expect(refused({ A, B: shaped([12, 12, 3]) })).toEqual([
    "Expected images of one shape in both domains, but got [12,12,1] and [12,12,3]; give both datasets the same size and channels.",
  ])
  expect(refused({ A: shaped([10, 10, 1]), B: shaped([10, 10, 1]) })).toHaveLength(1)
  expect(() => method().refuses!(unlabelled)).toThrow(
    "Expected a dataset of two unpaired domains, but it has none; put unpaired() around two datasets of images.",
  )
})
