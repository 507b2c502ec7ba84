import type { Dataset } from "../../contracts/dataset.ts"
import type { JsonObject } from "../../contracts/json.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { losses } from "../../losses/catalogue.ts"
import { models } from "../../models/catalogue.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import { schedules } from "../../schedules/catalogue.ts"
import { fixture } from "../../testing/pairedImages.ts"
import { barsPlugin, scenesPlugin } from "../../testing/twoBars.ts"
import { unpairedBarsPlugin } from "../../testing/unpairedBars.ts"
import { methods } from "../catalogue.ts"

/** All that the instances name. */
export const plugins = pluginMap([
  fixture,
  barsPlugin,
  scenesPlugin,
  unpairedBarsPlugin,
  ...methods,
  ...models,
  ...losses,
  ...optimisers,
  ...schedules,
])

const classifier = { use: "digitClassifier", convolutions: [3], features: [6] }
const adapting: JsonObject = { data: { use: "bars" }, network: classifier, batch: 4 }
const translating: JsonObject = {
  generator: { use: "unet", width: 2, depth: 1, channels: 1, norm: "none", dropout: 0 },
  discriminator: { use: "patchGan", receptiveField: 7, width: 2, conditional: false },
  pool: 5,
}
/** A small instance of every method of the catalogue; a new method needs one here. */
const instances: Readonly<Record<string, JsonObject>> = {
  adaBn: { ...adapting, network: { ...classifier, norm: "batch" } },
  adda: { ...adapting, sourceShare: 2 },
  cycada: { ...adapting, ...translating, pixelBatch: 2, sourceShare: 2, pixelShare: 2, featureShare: 3 },
  cycleGan: { ...translating, data: { use: "unpairedBars" }, batch: 2 },
  cdan: { ...adapting, losses: [{ use: "crossEntropy" }, { use: "entropyConditioned" }] },
  dan: adapting,
  deepCoral: { ...adapting, losses: [{ use: "crossEntropy" }, { use: "coral", form: "momentMeans" }] },
  gan: {
    data: { use: "scenes" },
    generator: { use: "dcganGenerator", width: 2 },
    discriminator: { use: "dcganDiscriminator", width: 2 },
    batch: 6,
    latent: 4,
    criticMoves: 2,
    packing: 3,
    clip: 0.5,
  },
  dann: { ...adapting, selection: "sourceValidation" },
  pix2pix: {
    data: { use: "fixture" },
    batch: 2,
    generator: { use: "unet", width: 2 },
    discriminator: { use: "patchGan", receptiveField: 7, width: 2 },
    losses: [
      { use: "adversarial" },
      { use: "gradientPenalty", every: 3 },
      { use: "l1", weight: 10, schedule: { use: "linear" } },
    ],
  },
  sourceOnly: adapting,
}

/** A small instance of a method, for tests that play all of them. */
export function instanceOf(name: string): JsonObject {
  const instance = instances[name]
  if (instance !== undefined) return { use: name, ...instance }
  throw new Error(
    `Expected a small instance of the method ${name} in methods/testing/instances.ts, but there is none; add one.`,
  )
}

/** The dataset of a method's small instance; the method itself cannot open it. */
export function datasetOf(name: string): Dataset {
  return resolve("dataset", { ...instanceOf(name) }.data!, plugins)
}
