import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, expect, expectTypeOf, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import { refusalsOfModel } from "../contracts/player.ts"
import type { Use } from "../contracts/plugin.ts"
import { parameterCount } from "./convolutionTable.ts"
import type { LayersPlayer } from "./layersPlayer.ts"
import {
  makePatchGan,
  patchGan,
  patchGanPlugin,
  patchGanTable,
  pixelGan,
  receptiveFields,
} from "./patchGan.ts"
import { images } from "./testing/fields.ts"

beforeAll(async () => {
  // An engine, not a bare backend: penalties need the engine's gradients.
  await openEngine({ device: "js" })
})

function count(receptiveField: number, inputs: number, width = 64): number {
  return parameterCount(patchGanTable({ receptiveField, width }, inputs), "batch")
}

test("the published discriminators have the published numbers of parameters", () => {
  // Counted from phillipi/pix2pix, models.lua, with biases and affine norms: 6 channels in (conditional), and 3.
  const published = {
    1: [9_153, 8_961],
    16: [139_713, 136_641],
    34: [666_817, 663_745],
    70: [2_769_601, 2_766_529],
    142: [6_965_441, 6_962_369],
    286: [11_161_281, 11_158_209],
    574: [15_357_121, 15_354_049],
  }
  for (const [field, counts] of Object.entries(published)) {
    expect([count(Number(field), 6), count(Number(field), 3)]).toEqual(counts)
  }
})

test("narrow discriminators have the sizes that were planned for", () => {
  const thousands = (field: number, width: number) => Number((count(field, 6, width) / 1e3).toFixed(1))
  expect([thousands(16, 8), thousands(16, 16)]).toEqual([3.1, 10.4])
  expect([thousands(34, 8), thousands(34, 16)]).toEqual([11.7, 43.8])
})

test("small stacks have their hand-counted parameters", () => {
  // 4: 4 * 4 * 6 * 64 + 64, then 64 + 1. 7: the same first convolution, then 4 * 4 * 64 + 1.
  expect(count(4, 6)).toBe(6208 + 65)
  expect(count(7, 6)).toBe(6208 + 1025)
})

test("the table counts the variables that are made, and scores have the stated shape", () => {
  for (const receptiveField of [1, 4, 7, 16, 34]) {
    for (const conditional of [true, false]) {
      const before = tf.memory().numTensors
      const model = makePatchGan({ receptiveField, width: 2, conditional, norm: "layer" })
      const player = model.player(
        "critic",
        { inputs: { condition: images(16, 16, 1), image: images(16, 16, 3) } },
        1,
      )
      const made = Object.values(player.variables).reduce((total, variable) => total + variable.size, 0)
      const table = patchGanTable({ receptiveField, width: 2 }, conditional ? 4 : 3)
      expect(made).toBe(parameterCount(table, "layer"))
      tf.tidy(() => {
        const scores = player.apply(
          { condition: tf.ones([2, 16, 16, 1]), image: tf.ones([2, 16, 16, 3]) },
          "train",
        ).scores!
        const side = { 1: 16, 4: 15, 7: 14, 16: 6, 34: 2 }[receptiveField]!
        expect(scores.shape).toEqual([2, side, side, 1])
      })
      player.dispose()
      expect(tf.memory().numTensors).toBe(before)
    }
  }
})

test("the conditional one sees the condition, the unconditional one does not", () => {
  for (const conditional of [true, false]) {
    const player = makePatchGan({ receptiveField: 16, width: 2, conditional }).player(
      "critic",
      { inputs: { condition: images(8, 8, 1), image: images(8, 8, 1) } },
      1,
    )
    const score = (condition: number) =>
      tf.tidy(() =>
        Array.from(
          player
            .apply({ condition: tf.fill([1, 8, 8, 1], condition), image: tf.ones([1, 8, 8, 1]) }, "train")
            .scores!.dataSync(),
        ),
      )
    expect(score(0)).not.toEqual(score(1).map(() => 0))
    if (conditional) expect(score(0)).not.toEqual(score(1))
    else expect(score(0)).toEqual(score(1))
    player.dispose()
  }
})

test("the layers are the reference's, in its order", () => {
  // phillipi/pix2pix, models.lua, defineD_n_layers: conv, lrelu; (conv, bn, lrelu)*; conv. The sigmoid is the loss's.
  const model = makePatchGan({ receptiveField: 16, width: 1, norm: "batch" })
  const player = model.player(
    "critic",
    { inputs: { condition: images(8, 8, 1), image: images(8, 8, 1) } },
    1,
  ) as LayersPlayer
  const names = player.model.layers.map(({ name }) => name)
  expect(names).toEqual([
    ...["condition", "image", "pair"],
    ...["conv1", "conv1/activation"],
    ...["conv2", "conv2/norm", "conv2/activation"],
    "conv3",
  ])
  player.dispose()
})

test("a gradient penalty has the gradient of central differences for every kernel", () => {
  const model = makePatchGan({ receptiveField: 7, width: 2, conditional: false, norm: "layer" })
  const player = model.player("critic", { inputs: { image: images(5, 5, 1) } }, 3)
  const x = tf.tensor4d(
    Array.from({ length: 25 }, (_, i) => Math.sin(i * 1.7)),
    [1, 5, 5, 1],
  )
  for (const variable of Object.values(player.variables)) tf.tidy(() => variable.assign(tf.mul(variable, 10)))
  const penalty = () =>
    tf.sum(
      tf.square(tf.grad((input) => tf.sum(player.apply({ image: input }, "train").scores!) as tf.Tensor)(x)),
    ) as tf.Scalar
  const { grads } = tf.variableGrads(penalty, Object.values(player.variables))
  for (const name of ["conv1/kernel", "conv2/kernel"]) {
    const variable = player.variables[name]!
    const gradient = grads[variable.name]!.dataSync()
    const values = variable.dataSync().slice()
    for (const index of [0, 5, 13, 30]) {
      const at = (step: number) =>
        tf.tidy(() => {
          const moved = values.slice()
          moved[index]! += step
          variable.assign(tf.tensor(moved, variable.shape))
          return penalty().dataSync()[0]!
        })
      const difference = (at(1e-2) - at(-1e-2)) / 2e-2
      at(0)
      expect(Math.abs(gradient[index]! - difference)).toBeLessThan(1e-2 * Math.max(1, Math.abs(difference)))
    }
  }
  player.dispose()
})

test("other receptive fields are refused with the list of valid ones", () => {
  expect(patchGanPlugin.check!({ receptiveField: 35 })).toEqual([
    {
      path: ["receptiveField"],
      message: "expected a receptive field out of 1, 4, 7, 16, 34, 70, 142, 286, 574, but got 35",
    },
  ])
  for (const receptiveField of receptiveFields) expect(patchGanPlugin.check!({ receptiveField })).toEqual([])
})

test("images that are too small are refused with what would fit", () => {
  const shapes = (side: number) => ({
    inputs: { condition: images(side, side, 3), image: images(side, side, 3) },
  })
  expect(makePatchGan({ receptiveField: 70 }).refuses!(shapes(24))).toEqual([])
  expect(makePatchGan({ receptiveField: 70 }).refuses!(shapes(16))).toEqual([
    "Expected an image large enough for one patch of receptive field 70, but got 16x16; use at most receptive field 34 or larger images.",
  ])
  const alone = { inputs: { image: images(64, 64, 3) } }
  expect(refusalsOfModel(makePatchGan(), alone)).toHaveLength(1)
  expect(refusalsOfModel(makePatchGan({ conditional: false }), alone)).toEqual([])
})

test("a condition of another size than the image is refused", () => {
  const inputs = { condition: images(32, 32, 3), image: images(64, 64, 3) }
  expect(makePatchGan({ receptiveField: 16 }).refuses!({ inputs })).toEqual([
    "Expected a condition of the image's size for the PatchGAN, but got 32x32 for an image of 64x64; use `conditional: false` or other images.",
  ])
})

test("the options have their defaults, and the constructors know whether they are conditional", () => {
  const decode = Schema.decodeUnknownSync(Schema.Struct(patchGanPlugin.options) as never)
  expect(decode({})).toEqual({
    receptiveField: 70,
    width: 64,
    norm: "none",
    statistics: "batch",
    conditional: true,
    initialisation: "auto",
  })
  expect(pixelGan({ width: 8 })).toEqual({ plugin: patchGanPlugin, options: { width: 8, receptiveField: 1 } })
  type Discriminator<C extends boolean> = Use<
    "model",
    { readonly part: "discriminator"; readonly conditional: C }
  >
  expectTypeOf(patchGan()).toEqualTypeOf<Discriminator<true>>()
  expectTypeOf(patchGan({ conditional: false })).toEqualTypeOf<Discriminator<false>>()
  expectTypeOf(pixelGan({ conditional: false })).toEqualTypeOf<Discriminator<false>>()
  expectTypeOf(patchGan({ conditional: axis(true, false) })).toEqualTypeOf<Discriminator<boolean>>()
  expectTypeOf(patchGan({ receptiveField: axis(1, 16), width: 16 })).toEqualTypeOf<Discriminator<true>>()
})
