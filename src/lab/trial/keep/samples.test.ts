import type { SamplesMethod } from "@saddlepoint/core/contracts/method"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { KeepingWorld } from "./keeping.ts"
import { keepSamples } from "./samples.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** Batches of grey images of 2 x 2 px whose values are bytes, and their classes. */
function batchesOf(bytes: readonly number[], classes?: readonly number[]) {
  return Array.from({ length: Math.ceil(bytes.length / 20) }, (_, batch) => {
    const [from, to] = [20 * batch, 20 * (batch + 1)]
    const values = bytes.slice(from, to).flatMap((byte) => new Array(4).fill(byte / 127.5 - 1))
    const output = tf.tensor(values, [values.length / 4, 2, 2, 1])
    return classes === undefined
      ? { output }
      : { output, label: tf.tensor1d(classes.slice(from, to), "int32") }
  })
}

/** Bytes of the images of a grid, row by row. */
async function keptOf(bytes: readonly number[], classes?: readonly number[], names: readonly string[] = []) {
  const before = tf.memory().numTensors
  const method: Partial<SamplesMethod> = {
    answers: "samples",
    ...(classes === undefined ? {} : { conditions: ["label"] }),
  }
  const keeping = keepSamples(
    method as SamplesMethod,
    { dataset: { classes: names } } as unknown as KeepingWorld,
  )
  for (const batch of batchesOf(bytes, classes)) {
    await keeping.add(batch)
    tf.dispose(batch)
  }
  const [kept, ...others] = await keeping.files({})
  expect(others).toEqual([])
  expect(kept).toMatchObject({ name: "grid", file: "grid.png" })
  expect(tf.memory().numTensors).toBe(before)
  const { data, info } = await sharp(kept!.bytes).raw().toBuffer({ resolveWithObject: true })
  const images: number[] = []
  for (let top = 0; top < info.height; top += 4) {
    for (let left = 0; left < info.width; left += 4)
      images.push(data[(top * info.width + left) * info.channels]!)
  }
  return { images, columns: (info.width + 2) / 4 }
}

const count = (length: number, from = 0) => Array.from({ length }, (_, index) => index + from)

test("samples of nothing in particular stand in their order, the first 64, eight in a row", async () => {
  expect(await keptOf(count(100))).toEqual({ images: count(64), columns: 8 })
})

test("samples of classes stand in order of class, as many of each as fit alike", async () => {
  // Three classes, of which the second is rare: 22 of the others would be 44, so all that are kept of them are shown.
  const classes = count(100).map((index) => (index % 10 === 5 ? 1 : index % 2 === 0 ? 0 : 2))
  const of = (wanted: number) => count(100).filter((index) => classes[index] === wanted)
  const { images } = await keptOf(count(100), classes, ["a", "b", "c"])
  expect(images.filter((byte) => byte < 255)).toEqual([
    ...of(0).slice(0, 22),
    ...of(1).slice(0, 22),
    ...of(2).slice(0, 22),
  ])
})

test("where there are samples enough of every class, the 64 places are shared out and the first of each class are shown", async () => {
  const classes = count(200).map((index) => 9 - (index % 10))
  const { images } = await keptOf(count(200), classes, count(10).map(String))
  const shown = images.map((byte) => classes[byte]!)
  expect(shown).toEqual([...shown].sort())
  // 64 = 10 x 6 + 4.
  expect(count(10).map((of) => shown.filter((one) => one === of).length)).toEqual([
    6, 6, 6, 6, 6, 6, 7, 7, 7, 7,
  ])
  expect(Math.max(...images)).toBeLessThan(70)
})

test("fewer samples than places leave places empty", async () => {
  expect(await keptOf(count(3))).toEqual({ images: [0, 1, 2], columns: 3 })
})
