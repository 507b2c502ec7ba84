import { join } from "node:path"
import { type PairsMethod, refusalsOf } from "@saddlepoint/core/contracts/method"
import { type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import { baseline, challenger, experiment } from "@saddlepoint/core/declare/experiment"
import { inOrder } from "@saddlepoint/core/laws/inOrder"
import { loadDefinition } from "@saddlepoint/core/load"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { train } from "@saddlepoint/core/play/trainer"
import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { ImageSize } from "./formats/imageSize.ts"
import { pairs, pairsPlugin } from "./pairs.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeSmooth } from "./testing/ownImages.ts"

let engine: Engine
let folder: string
beforeAll(async () => {
  engine = await openEngine()
  folder = await emptyFolder(true)
  for (const index of Array.from({ length: 5 }, (_, at) => at)) {
    await writeSmooth(join(folder, "A", `${index}.png`), index)
    await writeSmooth(join(folder, "B", `${index}.png`), 100 + index)
  }
})
afterAll(() => engine.dispose())

const unjudged: Plugin<"metric"> = {
  kind: "metric",
  name: "unjudged",
  version: 1,
  options: {},
  build: () => ({
    name: "unjudged",
    outputs: [],
    judged: "images",
    needsLabels: false,
    judges: {},
    begin() {},
  }),
}

/** A pix2pix on rectangles, and its data. */
async function gameOf(size: ImageSize, receptiveField = 7) {
  const data = pairs({ folder, size })
  const discriminator = patchGan({ receptiveField, width: 2 })
  const shared = { data, generator: unet({ width: 2 }), batch: 2 }
  const definition = experiment({
    name: "rectangles",
    question: "?",
    arms: {
      gan: baseline(pix2pix({ ...shared, discriminator, losses: [adversarial("bce"), l1(10)] })),
      l1: challenger(pix2pix({ ...shared, losses: [l1(10)] })),
    },
    metrics: [use<"metric", { needsLabels: false }>(unjudged)],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  })
  const method = loadDefinition(definition)
    .arms.find(({ name }) => name === "gan")!
    .build() as PairsMethod
  const dataset = await pairsPlugin.build(decodeOptions(pairsPlugin, { folder, size })).open()
  return { method, dataset }
}

test("pix2pix takes steps on pairs of rectangles, and its generator answers with rectangles", async () => {
  const { method, dataset } = await gameOf([16, 24])
  expect(refusalsOf(method, dataset)).toEqual([])
  const losses: Readonly<Record<string, number>>[] = []
  const { players } = await train({
    stages: method.stages(dataset),
    seed: 1,
    steps: 2,
    engine,
    openLoader: inOrder,
    onStep: (report) => losses.push(report.losses),
  })
  expect(Object.values(losses[1]!).every(Number.isFinite)).toBe(true)
  expect(Object.keys(players).sort()).toEqual(["discriminator", "generator"])
})

test("networks that cannot take a rectangle say so before anything is trained", async () => {
  const odd = await gameOf([15, 24])
  expect(refusalsOf(odd.method, odd.dataset).join("\n")).toMatch(/15/)
  const low = await gameOf([16, 64], 70)
  expect(refusalsOf(low.method, low.dataset)).toEqual([
    "Expected an image large enough for one patch of receptive field 70, but got 16x64; use at most receptive field 34 or larger images.",
  ])
})
