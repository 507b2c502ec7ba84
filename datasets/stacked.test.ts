import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { expect, test } from "vitest"
import { glyphsPlugin } from "./glyphs.ts"
import { stackedPlugin } from "./stacked.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const glyphs = (options: object = {}) =>
  glyphsPlugin.build(
    decodeOptions(glyphsPlugin, { size: 16, train: 40, validation: 5, test: 30, ...options }),
  )
const stackedOf = (images: Dataset) => stackedPlugin.build({ images })

test("every example's colours are three images of the same split, and its class tells theirs", async () => {
  const images = glyphs()
  const [grey, colour] = [await images.open(), await stackedOf(images).open()]
  const { test: parts } = grey.splits
  const all = await parts.read(Array.from({ length: parts.size }, (_, at) => at))
  const { image, label } = await colour.splits.test.read([3, 11])
  const pixels = 16 * 16
  for (const at of [0, 1]) {
    let told = 0
    for (let channel = 0; channel < 3; channel++) {
      const own = Array.from({ length: pixels }, (_, i) => image![(at * pixels + i) * 3 + channel]!)
      const from = Array.from({ length: parts.size }, (_, index) => index).find((index) =>
        own.every((value, i) => value === all.image![index * pixels + i]),
      )
      told = told * 10 + all.label![from!]!
    }
    expect(label![at]).toBe(told)
  }
  expect(colour.classes!.length).toBe(1000)
  expect(colour.classes![421]).toBe(["4", "2", "1"].map((digit) => grey.classes![Number(digit)]).join(" "))
})

test("colours cannot be stacked, nor too many classes", async () => {
  await expect(stackedOf(glyphs({ channels: 3 })).open()).rejects.toThrow(
    /^Expected grey images to stack, .*channels: 1/,
  )
})
