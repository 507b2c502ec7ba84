import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { Players } from "@saddlepoint/core/contracts/game"
import { type Method, stagesOf } from "@saddlepoint/core/contracts/method"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { pluginMap } from "@saddlepoint/core/declare/definition"
import { losses } from "@saddlepoint/core/losses/catalogue"
import { ganPlugin } from "@saddlepoint/core/methods/samples/gan"
import { models } from "@saddlepoint/core/models/catalogue"
import { optimisers } from "@saddlepoint/core/optimisers/catalogue"
import { train } from "@saddlepoint/core/play/trainer"
import { openLoader } from "@saddlepoint/datasets/loader"
import { ringOfGaussiansPlugin } from "@saddlepoint/datasets/ringOfGaussians"
import { type Engine, openEngine } from "@saddlepoint/engine"
import { modeCoveragePlugin } from "@saddlepoint/metrics/modeCoverage"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { AskedMetric } from "./judges.ts"
import { type LookingWorld, lookBack } from "./lookBack.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const plugins = pluginMap([ganPlugin, ringOfGaussiansPlugin, ...models, ...losses, ...optimisers])

const data = { use: "ringOfGaussians", train: 64, validation: 8, test: 100 }

async function trained(options: Readonly<Record<string, string | number>>, steps = 8) {
  const spec = {
    use: "gan",
    data,
    generator: { use: "mlpGenerator", hidden: [8] },
    discriminator: { use: "mlpDiscriminator", hidden: [8] },
    batch: 8,
    latent: 2,
    ...options,
  }
  const method: Method = resolve("method", spec, plugins)
  const dataset = await (resolve("dataset", data, plugins) as Dataset).open()
  const { players } = await train({ stages: stagesOf(method, dataset), seed: 3, steps, engine, openLoader })
  const request = { trial: { seed: 3 } } as LookingWorld["request"]
  return { world: { engine, dataset, datasetDigest: "d".repeat(64), request, method }, players }
}

const release = (players: Players) => {
  for (const player of Object.values(players)) player.dispose()
}

const coverage = {
  metric: modeCoveragePlugin.build({ radius: 3, minimumCount: 1 }),
  judges: {},
} as unknown as AskedMetric

const failing = {
  metric: {
    ...coverage.metric,
    begin: async () => {
      throw new Error("Expected something else.")
    },
  },
  judges: {},
} as unknown as AskedMetric

test("a GAN that keeps snapshots is judged at each of them and at its end, and keeps no tensor", async () => {
  const { world, players } = await trained({ snapshots: 3, packing: 2 })
  const before = engine.memory().tensors
  const looked = await lookBack(world, players, [coverage], 8)
  expect(engine.memory().tensors).toBe(before)
  expect(looked!.moments.map(({ step }) => step)).toEqual([2, 4, 6, 8])
  for (const { values, signs } of looked!.moments) {
    expect(Object.keys(values)).toEqual(["modes", "highQuality", "reverseKl"])
    expect(Object.keys(signs).toSorted()).toEqual(["accuracy", "diversity", "duplicates", "gap", "slope"])
  }
  const [first, last] = [looked!.moments[0]!, looked!.moments[3]!]
  expect(first.signs).not.toEqual(last.signs)
  release(players)
})

test("a metric that cannot judge costs the others nothing", async () => {
  const { world, players } = await trained({ snapshots: 1 })
  const looked = await lookBack(world, players, [failing, coverage], 8)
  expect(looked!.moments.map(({ values }) => Object.keys(values).length)).toEqual([3, 3])
  release(players)
})

test("snapshots change nothing of what is learnt, and without them nothing is looked at", async () => {
  const [without, kept] = [await trained({}), await trained({ snapshots: 2 })]
  const kernels = ({ generator }: Players) => generator!.variables["hidden1/kernel"]!.dataSync()
  expect(kernels(kept.players)).toEqual(kernels(without.players))
  expect(await lookBack(without.world, without.players, [coverage], 8)).toBeUndefined()
  release(without.players)
  release(kept.players)
})

test("moments stand at the steps that their snapshots were taken at", async () => {
  const { world, players } = await trained({ snapshots: 1 })
  const shares = [7 / 25, 14 / 25, 0.5]
  const method = { ...world.method, moments: () => shares.map((share) => ({ share, players })) } as Method
  const looked = await lookBack({ ...world, method }, players, [], 100)
  expect(looked!.moments.map(({ step }) => step)).toEqual([28, 56, 50, 100])
  release(players)
})

test("fewer samples than a pack holds are no reason to fail", async () => {
  const { world, players } = await trained({ snapshots: 1, packing: 8, samples: 4 })
  const looked = await lookBack(world, players, [coverage], 8)
  expect(looked!.moments.map(({ signs }) => signs)).toEqual([{}, {}])
  release(players)
})
