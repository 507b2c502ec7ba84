import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, test } from "vitest"
import type { Fields } from "../contracts/field.ts"
import type { Model, Player } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { initialisations } from "../layers/initialisation.ts"
import { models } from "./catalogue.ts"
import { batchOf, images } from "./testing/fields.ts"
import { duringPlayedStep } from "./testing/playedStep.ts"

/**
 * Whether a network hears and is heard at its start. Of a network that keeps the scale of what passes, outputs have about the scale of
 * unit inputs, and a change of the input by a unit changes the outputs by about a unit: the Jacobian's Frobenius norm over the root
 * of the number of outputs. A new model in the catalogue is tested here without a line.
 */

beforeAll(async () => {
  await openEngine({ device: "onnx", threads: 1 })
})

const side = 32
const inputs: Fields = {
  image: images(side, side, 3),
  condition: images(side, side, 3),
  latent: { shape: [16], dtype: "float32" },
  point: { shape: [2], dtype: "float32" },
  label: { shape: [], dtype: "int32", classes: 3 },
}
const outputs = { image: images(side, side, 3), classLogits: { shape: [3], dtype: "float32" } } as const
const point = { shape: [2], dtype: "float32" } as const

/** Widths that experiments of minutes have; a width of 2 or 3 would measure its luck. */
const narrow: Readonly<Record<string, unknown>> = { width: 16, blocks: 3, receptiveField: 16, dropout: 0 }

function start(plugin: Plugin<"model", Model>, options: object): { activation: number; gradient: number } {
  const known = Object.fromEntries(Object.entries(narrow).filter(([name]) => name in plugin.options))
  const decode = Schema.decodeUnknownSync(Schema.Struct(plugin.options) as never)
  const model = plugin.build(decode({ ...known, ...options }))
  const taken = Object.keys(model.takes).filter((name) => model.takes[name] === "always")
  const fields = Object.fromEntries(taken.map((name) => [name, inputs[name]!]))
  const player = model.player(
    "player",
    { inputs: fields, outputs: { ...outputs, ...(model.gives.includes("point") ? { point } : {}) } },
    1,
  )
  const [seen] = Object.keys(fields).includes("image") ? ["image"] : taken
  const values = batchOf(fields, 4)
  const result = tf.tidy(() => scales(player, model.gives[0]!, values, seen!))
  tf.dispose(values)
  player.dispose()
  return result
}

function scales(player: Player, output: string, values: Record<string, tf.Tensor>, seen: string) {
  const play = (x: tf.Tensor) =>
    duringPlayedStep(() => player.apply({ ...values, [seen]: x }, "train")[output]!)
  const y = play(values[seen]!)
  const heard = batchOf({ heard: { shape: y.shape.slice(1), dtype: "float32" } }, y.shape[0]!).heard!
  const gradient = tf.grad((x) => tf.sum(tf.mul(play(x), heard)))(values[seen]!)
  const size = (of: tf.Tensor) => Math.sqrt(tf.sum(tf.square(of)).dataSync()[0]!)
  return {
    activation: size(y) / Math.sqrt(y.size),
    gradient: size(gradient) / size(heard),
  }
}

const least = 0.05
const most = 20

describe.each(models.map((plugin) => [plugin.name, plugin] as const))("%s", (_, plugin) => {
  const norms = ["none", "batch", "instance", "layer"].filter((norm) => {
    if (!("norm" in plugin.options)) return norm === "none"
    const decode = Schema.decodeUnknownResult(Schema.Struct({ norm: plugin.options.norm! }) as never)
    return decode({ norm } as never)._tag === "Success"
  })
  const withNorm = (norm: string) => ("norm" in plugin.options ? { norm } : {})

  test.each(norms)("hears and is heard at its start, with norm %s", (norm) => {
    const { activation, gradient } = start(plugin, withNorm(norm))
    expect(activation).toBeGreaterThan(least)
    expect(activation).toBeLessThan(most)
    expect(gradient).toBeGreaterThan(least)
    expect(gradient).toBeLessThan(most)
  })

  test("takes every initialisation by its name, and starts otherwise with each", () => {
    const found = [...initialisations, { normal: 0.05 }].map((initialisation) =>
      start(plugin, { initialisation }),
    )
    expect(new Set(found.map(({ activation }) => activation)).size).toBe(found.length)
  })
})

test("a discriminator without norm that starts as N(0, 0.02) hears next to nothing", () => {
  const patchGan = models.find(({ name }) => name === "patchGan")!
  const deaf = start(patchGan, { norm: "none", initialisation: { normal: 0.02 } })
  expect(deaf.activation).toBeLessThan(least)
  expect(deaf.gradient).toBeLessThan(least)
})
