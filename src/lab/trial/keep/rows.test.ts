import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { keepPairs } from "./pairs.ts"
import { keepTranslations } from "./translations.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** Four grey images of one pixel each. */
const imagesFrom = (byte: number) =>
  tf.tensor(
    [0, 1, 2, 3].map((index) => (byte + index) / 127.5 - 1),
    [4, 1, 1, 1],
  )

test.each([
  ["pairs", keepPairs],
  ["translations", keepTranslations],
])("of %s the first six examples are kept, a row each: input, output, target", async (_, open) => {
  const keeping = open()
  for (const batch of [0, 1, 2]) {
    const [input, output, target] = [10, 110, 210].map((byte) => imagesFrom(byte + 4 * batch))
    await keeping.add({ input: input!, output: output!, target: target! })
  }
  const [kept, ...others] = await keeping.files({})
  expect(others).toEqual([])
  expect(kept).toMatchObject({ name: "grid", file: "grid.png" })
  const { data, info } = await sharp(kept!.bytes).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([7, 16])
  const pixel = (row: number, column: number) => data[(3 * row * info.width + 3 * column) * info.channels]
  for (const row of [0, 1, 2, 3, 4, 5]) {
    expect([0, 1, 2].map((column) => pixel(row, column))).toEqual([10 + row, 110 + row, 210 + row])
  }
})
