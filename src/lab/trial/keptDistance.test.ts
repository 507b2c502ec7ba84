import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import { expect, test } from "vitest"
import { keptDistance } from "./keptDistance.ts"

const answersOf = (answers: readonly number[], labels = [0, 1, 0, 1]) =>
  Buffer.from(
    JSON.stringify({ classes: ["a", "b"], source: { labels: [], answers: [] }, target: { labels, answers } }),
  )

test("of answers it is the share that differ, and nothing where labels or their number differ", async () => {
  expect(await keptDistance("answers", answersOf([0, 0, 0, 0]), answersOf([0, 0, 0, 1]))).toBe(0.25)
  expect(await keptDistance("answers", answersOf([0, 0, 0, 0]), answersOf([0, 0, 0]))).toBeUndefined()
  expect(
    await keptDistance("answers", answersOf([0, 0, 0, 0]), answersOf([0, 0, 0, 0], [1, 1, 0, 1])),
  ).toBeUndefined()
  expect(await keptDistance("answers", answersOf([0]), Buffer.from("no JSON"))).toBeUndefined()
})

test("of features it is the largest difference over the largest value", async () => {
  const features = (...values: number[]) =>
    encodeSafetensors({ source: { shape: [values.length], values: new Float32Array(values) } })
  expect(await keptDistance("features", features(1, -4), features(2, -4))).toBe(0.25)
  expect(await keptDistance("features", features(1, -4), features(1))).toBeUndefined()
})

test("of pictures it is the mean difference of their bytes, and nothing where their sizes differ", async () => {
  const picture = (...values: number[]) =>
    toPng(new Float32Array(values.map((byte) => byte / 127.5 - 1)), [1, 1, values.length, 1], { columns: 1 })
  const one = await picture(0, 100)
  expect(await keptDistance("grid", one, await picture(51, 100))).toBeCloseTo(0.1, 12)
  expect(await keptDistance("grid", one, await picture(0))).toBeUndefined()
})
