import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { JsonObject } from "../contracts/json.ts"
import { stagesOf } from "../contracts/method.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { losses } from "../losses/catalogue.ts"
import { models } from "../models/catalogue.ts"
import { optimisers } from "../optimisers/catalogue.ts"
import { fixture, labelled } from "../testing/pairedImages.ts"
import { barsPlugin, twoBars } from "../testing/twoBars.ts"
import { unpairedBars, unpairedBarsPlugin } from "../testing/unpairedBars.ts"
import { methods } from "./catalogue.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

/** A small instance of every method of the catalogue; a new method needs one here. */
const classifier = { use: "digitClassifier", convolutions: [3], features: [6] }
const adapting: JsonObject = { data: { use: "bars" }, network: classifier, batch: 4 }
const translating: JsonObject = {
  generator: { use: "unet", width: 2, depth: 1, channels: 1, norm: "none", dropout: 0 },
  discriminator: { use: "patchGan", receptiveField: 7, width: 2, conditional: false },
  pool: 5,
}
const instances: Readonly<Record<string, JsonObject>> = {
  adaBn: { ...adapting, network: { ...classifier, norm: "batch" } },
  adda: { ...adapting, sourceShare: 2 },
  cycada: { ...adapting, ...translating, pixelBatch: 2, sourceShare: 2, pixelShare: 2, featureShare: 3 },
  cycleGan: { ...translating, data: { use: "unpairedBars" }, batch: 2 },
  cdan: { ...adapting, entropy: true },
  dan: adapting,
  deepCoral: { ...adapting, form: "momentMeans" },
  dann: { ...adapting, selection: "sourceValidation" },
  pix2pix: {
    data: { use: "fixture" },
    batch: 2,
    generator: { use: "unet", width: 2 },
    discriminator: { use: "patchGan", receptiveField: 7, width: 2 },
    losses: [{ use: "adversarial" }, { use: "l1", weight: 10 }],
  },
  sourceOnly: adapting,
}
const datasets = { paired: labelled, adaptation: twoBars(), unpaired: unpairedBars() }

describe.each(methods.map(({ name }) => name))("%s", (name) => {
  test("a trial that is killed after any step and resumed ends with the same bits", async () => {
    const instance = instances[name]
    if (instance === undefined) throw new Error(`expected an instance of the method ${name} in this test`)
    const plugins = pluginMap([
      fixture,
      barsPlugin,
      unpairedBarsPlugin,
      ...methods,
      ...models,
      ...losses,
      ...optimisers,
    ])
    const method = resolve("method", { use: name, ...instance }, plugins)
    const dataset = datasets[method.requires as keyof typeof datasets]
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), async (stop) => {
        const { undisturbed, resumed } = await exactResume(
          { stages: () => stagesOf(method, dataset), seed: 5, steps: 8, engine, openLoader: inOrder },
          stop,
        )
        expect(resumed).toEqual(undisturbed)
      }),
      { numRuns: 3 },
    )
  })
})
