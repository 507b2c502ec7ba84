import { type Engine, openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { JsonObject } from "../contracts/json.ts"
import { type Method, refusalsOf, stagesOf } from "../contracts/method.ts"
import { type Model, rehearsing } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { type PluginMap, pluginMap } from "../declare/definition.ts"
import { inOrder } from "../laws/inOrder.ts"
import { models } from "../models/catalogue.ts"
import { rehearse } from "../play/rehearse.ts"
import { train } from "../play/trainer.ts"
import { methods } from "./catalogue.ts"
import { datasetOf, instanceOf, plugins } from "./testing/instances.ts"

/** Every model of the catalogue in every place for a model: refused in a sentence before anything is played, or it plays. */

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const all = pluginMap([...plugins.values()])

/** Small forms of every model; a new model needs a row. */
const forms: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> = {
  dcganDiscriminator: { dcganDiscriminator: { width: 2 } },
  dcganGenerator: { dcganGenerator: { width: 2 } },
  digitClassifier: {
    digitClassifier: { convolutions: [3], features: [6] },
    "digitClassifier with batch norm": { convolutions: [3], features: [6], norm: "batch" },
    "digitClassifier that is too deep": { convolutions: [3, 3, 3], features: [6] },
  },
  mlpDiscriminator: {
    "mlpDiscriminator of images": { of: "images", hidden: [4] },
    "mlpDiscriminator of points": { hidden: [4] },
  },
  mlpGenerator: {
    "mlpGenerator of images": { of: "images", hidden: [4] },
    "mlpGenerator of points": { hidden: [4] },
  },
  patchGan: {
    "patchGan beside a condition": { receptiveField: 7, width: 2 },
    "patchGan of the image alone": { receptiveField: 7, width: 2, conditional: false },
    "patchGan of large patches": { receptiveField: 286, width: 2, conditional: false },
  },
  resnetGenerator: {
    "resnetGenerator of as many channels": { width: 2, blocks: 3 },
    "resnetGenerator of 5 channels": { width: 2, blocks: 3, channels: 5 },
  },
  snganDiscriminator: { snganDiscriminator: { width: 2 } },
  snganGenerator: { snganGenerator: { width: 2 } },
  unet: {
    "unet of grey images": { width: 2, depth: 1, channels: 1, norm: "none" },
    "unet of colour images": { width: 2, depth: 1, channels: 3, norm: "none" },
    "unet that is too deep": { width: 2, depth: 5, channels: 1 },
  },
}
const candidates = models.flatMap(({ name }) =>
  Object.entries(forms[name] ?? { [`${name}, which lacks a row in this test`]: {} }).map(
    ([form, options]) => [form, { use: name, ...options }] as const,
  ),
)

const [unetGrey, unetColour] = ["unet of grey images", "unet of colour images"]
const [resnet, dcgan] = ["resnetGenerator of as many channels", "dcganDiscriminator"]
const [alone, beside] = ["patchGan of the image alone", "patchGan beside a condition"]
const mlp = "mlpDiscriminator of images"
const sngan = "snganDiscriminator"
const normed = "digitClassifier with batch norm"
const ofClassifiers = { network: ["digitClassifier", normed] }
const ofCycles = { generator: [resnet, unetGrey], discriminator: [dcgan, mlp, alone, sngan] }
/** Who can play each place; everybody else is refused. A new place needs an entry. */
const playable: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ...Object.fromEntries(
    ["adda", "cdan", "dan", "dann", "deepCoral", "sourceOnly"].map((name) => [name, ofClassifiers]),
  ),
  adaBn: { network: [normed] },
  cycada: { ...ofClassifiers, ...ofCycles },
  cycleGan: ofCycles,
  // Of images of 12 pixels, in which a DCGAN finds 6.
  gan: {
    generator: ["dcganGenerator", "mlpGenerator of images", "snganGenerator"],
    discriminator: [dcgan, mlp, alone, sngan],
  },
  pix2pix: { generator: [resnet, unetColour], discriminator: [dcgan, mlp, beside, alone, sngan] },
}

const places = methods.flatMap((method) =>
  Object.entries(method.slots ?? {}).flatMap(([slot, { kind }]) =>
    kind === "model" ? [[method.name, slot] as const] : [],
  ),
)

/** The plug-ins, with models that do not say what they give. */
const silent: PluginMap = new Map(
  [...all].map(([key, plugin]) => {
    const { build } = plugin as Plugin<"model", Model>
    const silenced = (options: unknown) => ({ ...build(options), shapes: undefined })
    return [key, plugin.kind === "model" ? { ...plugin, build: silenced } : plugin] as const
  }),
)

const sentence = /^(Expected|expected) .+,? but (got )?.+; .+\.$/

describe.each(places)("%s, as its %s", (name, slot) => {
  test("refuses in a sentence whoever cannot play there, and plays with the others", async () => {
    const dataset = await datasetOf(name).open()
    const found: string[] = []
    for (const [form, model] of candidates) {
      const spec = { ...instanceOf(name), [slot]: model }
      const method: Method = resolve("method", spec, all)
      expect(method.mistakes ?? []).toEqual([])
      const refused = refusalsOf(method, dataset)
      for (const why of refused) expect(why).toMatch(sentence)
      // Whoever does not say what it gives is tried on the open engine, and comes to the same.
      const before = engine.memory().tensors
      const tried = rehearsing(rehearse, () => refusalsOf(resolve("method", spec, silent), dataset))
      expect([form, tried]).toEqual([form, refused])
      expect(engine.memory().tensors).toBe(before)
      if (refused.length > 0) continue
      found.push(form)
      const { status, players } = await train({
        stages: stagesOf(method, dataset),
        seed: 5,
        steps: 4,
        engine,
        openLoader: inOrder,
      })
      expect([form, status]).toEqual([form, "completed"])
      for (const player of Object.values(players)) player.dispose()
    }
    expect(found).toEqual(
      candidates.flatMap(([form]) => (playable[name]?.[slot]?.includes(form) ? [form] : [])),
    )
  })
})

const optimisers = methods.flatMap((method) =>
  Object.entries(method.slots ?? {}).flatMap(([slot, { kind }]) =>
    kind === "optimiser" ? [[method.name, slot] as const] : [],
  ),
)

test.each(optimisers)("%s, whose %s works on the host, is refused or plays", async (name, slot) => {
  const method: Method = resolve("method", { ...instanceOf(name), [slot]: { use: "lbfgs" } }, all)
  const dataset = await datasetOf(name).open()
  const gated = name === "cycada" && slot === "featureOptimiser"
  expect(method.mistakes ?? []).toEqual(
    gated
      ? [
          {
            path: ["featureOptimiser"],
            message:
              "expected an optimiser of compiled steps beside a gate of 0.6, but lbfgs works on the host; use featureGate 0 or another optimiser",
          },
        ]
      : [],
  )
  if (gated) return
  const { players } = await train({
    stages: stagesOf(method, dataset),
    seed: 5,
    steps: 4,
    engine,
    openLoader: inOrder,
  })
  for (const player of Object.values(players)) player.dispose()
})

test("a loss that needs larger or other images is refused before it is played", async () => {
  const losses = [{ use: "ssim", window: 11 }, { use: "l1" }]
  const spec = {
    ...instanceOf("cycleGan"),
    data: { use: "unpairedBars" },
    losses: [{ use: "adversarial" }, ...losses],
  }
  const large = { ...spec, losses: [{ use: "adversarial" }, { use: "ssim", window: 13 }] }
  const dataset = await datasetOf("cycleGan").open()
  expect(refusalsOf(resolve("method", spec, all), dataset)).toEqual([])
  expect(refusalsOf(resolve("method", large, all), dataset)).toEqual([
    "Expected images of at least 13 x 13 pixels for the loss ssim, but got images [12, 12, 1]; use larger images, or another loss.",
  ])
})
