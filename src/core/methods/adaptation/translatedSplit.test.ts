import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { makeResnetGenerator } from "../../models/resnetGenerator.ts"
import { twoBars } from "../../testing/twoBars.ts"
import { translatedSplit } from "./translatedSplit.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

test("it holds the translator's answers as bytes, with the labels of the originals, whatever is read together", async () => {
  const { train } = twoBars().splits
  const translator = makeResnetGenerator({ blocks: 3, width: 2 }).player(
    "g",
    { inputs: { image: train.fields.image! } },
    1,
  )
  const before = tf.memory().numTensors
  const split = await translatedSplit(train, translator)
  expect(tf.memory().numTensors).toBe(before)
  expect({ size: split.size, fields: split.fields }).toEqual({ size: train.size, fields: train.fields })

  const indices = [3, 39, 0]
  const [{ image, label }, original] = [await split.read(indices), await train.read(indices)]
  expect(label).toEqual(original.label)
  const answers = tf.tidy(() =>
    translator.apply({ image: tf.tensor(original.image!, [3, 12, 12, 1]) }, "evaluate").image!.dataSync(),
  )
  for (const [at, value] of answers.entries()) {
    expect(Math.abs(image![at]! - value)).toBeLessThanOrEqual(0.5 / 127.5 + 1e-5)
    const level = (image![at]! + 1) * 127.5
    expect(level).toBeCloseTo(Math.round(level), 3)
  }
  const alone = (await split.read([39])).image!
  expect(Array.from(alone)).toEqual(Array.from(image!.slice(144, 288)))
  translator.dispose()
})
