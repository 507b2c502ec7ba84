import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, expect, test } from "vitest"
import type { Fields } from "../contracts/field.ts"
import { models } from "./catalogue.ts"
import { batchOf, images } from "./testing/fields.ts"
import { duringPlayedStep } from "./testing/playedStep.ts"

beforeAll(async () => {
  await openEngine({ device: "onnx", threads: 1 })
})

const narrow: Readonly<Record<string, unknown>> = {
  ...{ width: 2, blocks: 3, receptiveField: 7 },
  ...{ of: "images", hidden: [4] },
}

test.each(
  [
    [32, 48],
    [48, 32],
    [30, 46],
    [9, 64],
  ].flatMap(([height, width]) => models.map((plugin) => [plugin.name, height!, width!, plugin] as const)),
)("%s plays on images of %i x %i pixels, or refuses them in a sentence", (_, height, width, plugin) => {
  const inputs: Fields = {
    image: images(height, width, 3),
    condition: images(height, width, 3),
    latent: { shape: [4], dtype: "float32" },
    label: { shape: [], dtype: "int32", classes: 3 },
  }
  const outputs = { image: images(height, width, 3), classLogits: { shape: [3], dtype: "float32" } } as const
  const known = Object.fromEntries(Object.entries(narrow).filter(([name]) => name in plugin.options))
  const model = plugin.build(Schema.decodeUnknownSync(Schema.Struct(plugin.options) as never)(known))
  const taken = Object.keys(model.takes).filter((name) => model.takes[name] === "always")
  const fields = Object.fromEntries(taken.map((name) => [name, inputs[name]!]))
  const refusals = model.refuses?.({ inputs: fields, outputs }) ?? []
  if (refusals.length > 0) {
    for (const sentence of refusals) expect(sentence).toMatch(/^Expected .*\.$/)
    return
  }
  const player = model.player("player", { inputs: fields, outputs }, 1)
  const values = batchOf(fields, 2)
  const given = duringPlayedStep(() => player.apply(values, "train"))
  for (const name of model.gives) expect(given[name]!.shape[0]).toBe(2)
  if (given.image !== undefined) expect(given.image.shape.slice(1, 3)).toEqual([height, width])
  tf.dispose([given, values])
  player.dispose()
})
