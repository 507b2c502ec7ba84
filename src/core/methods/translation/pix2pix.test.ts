import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { ImageMethod } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { baseline, challenger, experiment } from "../../declare/experiment.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { loadDefinition } from "../../load.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { l1 } from "../../losses/l1.ts"
import { patchGan } from "../../models/patchGan.ts"
import { unet } from "../../models/unet.ts"
import { train } from "../../play/trainer.ts"
import { weightsOf } from "../../play/weights.ts"
import { fixture, labelled } from "../../testing/pairedImages.ts"
import { pix2pix } from "./pix2pix.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const unjudged: Plugin<"metric"> = {
  kind: "metric",
  name: "unjudged",
  version: 1,
  options: {},
  build: () => ({ name: "unjudged", outputs: [], judged: "images", needsLabels: false, judges: {} }),
}
const data: Use<"dataset", { contract: "paired"; labels: true }> = use(fixture)
const shared = { data, generator: unet({ width: 2 }), batch: 2 }
const discriminator = patchGan({ receptiveField: 7, width: 2, conditional: true })

/** The method as a definition's decoding builds it. */
function built(method: Use<"method", { labels: true }>): ImageMethod {
  const definition = experiment({
    name: "one",
    question: "?",
    arms: { only: baseline(method), other: challenger(pix2pix({ ...shared, losses: [l1(7)] })) },
    metrics: [use<"metric", { needsLabels: false }>(unjudged)],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  })
  return loadDefinition(definition)
    .arms.find(({ name }) => name === "only")!
    .build() as ImageMethod
}

async function trained(method: ImageMethod, steps = 3) {
  const reports: Readonly<Record<string, number>>[] = []
  const { players, leaked } = await train({
    stages: method.stages(labelled),
    seed: 5,
    steps,
    engine,
    openLoader: inOrder,
    onStep: ({ losses }) => reports.push(losses),
  })
  return { players, reports, leaked }
}

test("a fixed loss is a game of one player, a learned loss a game of two", async () => {
  const fixed = await trained(built(pix2pix({ ...shared, losses: [l1(100)] })), 1)
  expect(Object.keys(fixed.players)).toEqual(["generator"])
  expect(Object.keys(fixed.reports[0]!)).toEqual(["generator/l1", "generator/total"])
  const learned = await trained(
    built(pix2pix({ ...shared, discriminator, losses: [adversarial("bce"), l1(100)] })),
    1,
  )
  expect(Object.keys(learned.players).sort()).toEqual(["discriminator", "generator"])
  expect(Object.keys(learned.reports[0]!)).toEqual([
    "discriminator/adversarial",
    "discriminator/total",
    "generator/adversarial",
    "generator/l1",
    "generator/total",
  ])
})

test("the generator's objective is the weighted sum of its terms, the discriminator's the whole adversarial loss", async () => {
  const losses = [adversarial({ objective: "lsgan", weight: 0.5 }), l1(10)]
  const { reports } = await trained(built(pix2pix({ ...shared, discriminator, losses })))
  for (const report of reports) {
    const sum = 0.5 * report["generator/adversarial"]! + 10 * report["generator/l1"]!
    expect(report["generator/total"]).toBeCloseTo(sum, 4)
    expect(report["discriminator/total"]).toBeCloseTo(report["discriminator/adversarial"]!, 6)
  }
})

test("an opponent of weight zero leaves the generator bit for bit as the fixed loss alone does", async () => {
  const alone = await trained(built(pix2pix({ ...shared, losses: [l1(10)] })))
  const losses = [adversarial({ objective: "bce", weight: 0 }), l1(10)]
  const opposed = await trained(built(pix2pix({ ...shared, discriminator, losses })))
  const { generator } = opposed.players
  expect(weightsOf({ generator: generator! })).toEqual(weightsOf(alone.players))
})

test("no tensor is left behind by a step of two turns", async () => {
  const { leaked } = await trained(
    built(pix2pix({ ...shared, discriminator, losses: [adversarial("hinge"), l1(1)] })),
    6,
  )
  expect(leaked).toBe(0)
})

test("the answer to a test batch has the shape of the target and lies in [-1, 1]", async () => {
  const method = built(pix2pix({ ...shared, losses: [l1(100)] }))
  const { players } = await trained(method, 1)
  const answer = await method.answer(labelled, players)
  const output = answer({ input: tf.ones([3, 16, 16, 3]) })
  expect(output.shape).toEqual([3, 16, 16, 3])
  expect(Math.max(...output.dataSync().map(Math.abs))).toBeLessThanOrEqual(1)
})

test("losses and opponent that do not go together are mistakes with a path and a way out", () => {
  const mistakes = (spec: object) => built(pix2pix(spec as never)).mistakes
  expect(() => mistakes({ ...shared, losses: [adversarial("bce")] })).toThrow(
    "arms.only.losses.0: expected a discriminator for an adversarial loss but got none; add discriminator: patchGan(...)",
  )
  expect(() => mistakes({ ...shared, discriminator, losses: [l1()] })).toThrow(
    'arms.only.discriminator: expected an adversarial loss for the discriminator to learn from but got none; add adversarial("bce") to losses',
  )
  expect(() => mistakes({ ...shared, losses: [] })).toThrow(
    "arms.only.losses: expected at least one loss but got none",
  )
})
