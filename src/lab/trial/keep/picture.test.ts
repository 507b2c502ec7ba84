import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { keepPicture } from "./picture.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

test("the first picture is kept, pixel by pixel, and no other", async () => {
  const keeping = keepPicture()
  const colours = Array.from({ length: 2 * 3 * 3 }, (_, index) => 10 * index)
  const output = tf
    .tensor([...colours, ...colours.toReversed()], [2, 2, 3, 3])
    .div(127.5)
    .sub(1) as tf.Tensor
  await keeping.add({ output })
  await keeping.add({ output: tf.zerosLike(output) })
  const [kept, ...others] = await keeping.files({})
  expect(others).toEqual([])
  expect(kept).toMatchObject({ name: "picture", file: "picture.png" })
  const { data, info } = await sharp(kept!.bytes).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 3, height: 2, channels: 3 })
  expect([...data]).toEqual(colours)
})
