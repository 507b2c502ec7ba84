import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { answeringOf } from "../../answer/answerings.ts"
import type { Dataset, OpenDataset } from "../../contracts/dataset.ts"
import type { JsonObject } from "../../contracts/json.ts"
import { type Method, refusalsOf, stagesOf } from "../../contracts/method.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { losses } from "../../losses/catalogue.ts"
import { models } from "../../models/catalogue.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import { randomSource } from "../../play/draw.ts"
import { train } from "../../play/trainer.ts"
import { ganPlugin } from "./gan.ts"
import { packed, packedShape } from "./packing.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

/** Two Gaussians in the plane. */
function twoGaussians(): OpenDataset {
  const split = (name: string, size: number) => ({
    size,
    fields: { point: { shape: [2], dtype: "float32" as const, range: [-3, 3] as const } },
    async read(indices: readonly number[]) {
      const point = indices.flatMap((index) => {
        const source = stream("gaussians", name, index)
        return [(index % 2 === 0 ? 1 : -1) + 0.1 * source.normal(), 0.1 * source.normal()]
      })
      return { point: Float32Array.from(point) }
    },
  })
  return {
    splits: { train: split("train", 64), validation: split("validation", 2), test: split("test", 40) },
  }
}
const gaussiansPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "gaussians",
  version: 1,
  options: {},
  build: (): Dataset => ({
    fields: { point: "point" },
    labels: false,
    licence: "Made by a test.",
    missing: async () => [],
    digest: async () => "g".repeat(64),
    open: async () => twoGaussians(),
  }),
}
const plugins = pluginMap([ganPlugin, gaussiansPlugin, ...models, ...losses, ...optimisers])
const methodOf = (options: JsonObject = {}): Method =>
  resolve(
    "method",
    {
      use: "gan",
      data: { use: "gaussians" },
      generator: { use: "mlpGenerator", hidden: [8] },
      discriminator: { use: "mlpDiscriminator", hidden: [8] },
      batch: 8,
      latent: 2,
      ...options,
    },
    plugins,
  )

async function played(options: JsonObject, steps = 6) {
  const method = methodOf(options)
  expect(method.mistakes).toEqual([])
  const dataset = twoGaussians()
  expect(refusalsOf(method, dataset)).toEqual([])
  return {
    method,
    dataset,
    ...(await train({ stages: stagesOf(method, dataset), seed: 3, steps, engine, openLoader: inOrder })),
  }
}

test("of points it answers with points, as many as the test split has, and leaves no tensor", async () => {
  const before = engine.memory().tensors
  const { method, dataset, players, status } = await played({})
  expect([method.answers, status]).toEqual(["points", "completed"])
  const shapes: (readonly number[])[] = []
  const world = { dataset, engine, random: randomSource(1, "evaluate") }
  await answeringOf("points").play(
    method,
    players,
    world,
    async ({ output }) => void shapes.push(output.shape),
  )
  expect(shapes).toEqual([
    [32, 2],
    [8, 2],
  ])
  for (const player of Object.values(players)) player.dispose()
  expect(engine.memory().tensors).toBe(before)
})

test("clipped weights lie within the limit after every step, the generator's do not", async () => {
  const { players } = await played({ clip: 0.05, losses: [{ use: "adversarial", objective: "wasserstein" }] })
  const largest = (name: string) =>
    Math.max(
      ...Object.values(players[name]!.variables).flatMap((variable) => [...tf.abs(variable).dataSync()]),
    )
  expect(largest("discriminator")).toBe(Math.fround(0.05))
  expect(largest("generator")).toBeGreaterThan(0.05)
  for (const player of Object.values(players)) player.dispose()
})

test("with several moves of the critic the budget counts the generator's", async () => {
  const { players, steps } = await played(
    { criticMoves: 3, losses: [{ use: "adversarial" }, { use: "gradientPenalty" }] },
    4,
  )
  expect(steps).toBe(12)
  for (const player of Object.values(players)) player.dispose()
})

test("a pack holds examples of one batch side by side, each once, and the discriminator sees it whole", async () => {
  const batch = tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ])
  const both = packed(batch, 2)
  expect(both.arraySync()).toEqual([
    [1, 2, 5, 6],
    [3, 4, 7, 8],
  ])
  expect(packedShape([28, 28, 1], 3)).toEqual([28, 28, 3])
  tf.dispose([batch, both])
  const { players } = await played({ packing: 2 })
  expect(players.discriminator!.variables["hidden1/kernel"]!.shape).toEqual([4, 8])
  for (const player of Object.values(players)) player.dispose()
  expect(methodOf({ packing: 3 }).mistakes).toEqual([
    {
      path: ["packing"],
      message: "expected a divisor of the batch of 8 but got 3; a pack holds examples of one batch",
    },
  ])
})

test("a generator that looks ahead learns something else; convolutions are refused", async () => {
  const generator = ({ players }: Awaited<ReturnType<typeof played>>) =>
    players.generator!.variables["hidden1/kernel"]!.dataSync()
  const [near, far] = [await played({}), await played({ unroll: 2 })]
  expect(far.status).toBe("completed")
  expect(generator(far)).not.toEqual(generator(near))
  for (const { players } of [near, far]) for (const player of Object.values(players)) player.dispose()
})

test("features of the discriminator are matched", async () => {
  const { players, status } = await played({ losses: [{ use: "adversarial" }, { use: "featureMatching" }] })
  expect(status).toBe("completed")
  for (const player of Object.values(players)) player.dispose()
})
