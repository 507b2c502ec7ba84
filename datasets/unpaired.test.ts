import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { unpairedOf } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { expect, expectTypeOf, test } from "vitest"
import { facades } from "./facades.ts"
import { glyphsPlugin } from "./glyphs.ts"
import { imageFolder } from "./imageFolder.ts"
import { mnist } from "./mnist.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { twoMoons, twoMoonsPlugin } from "./twoMoons.ts"
import { unpaired, unpairedDomains, unpairedPlugin } from "./unpaired.ts"

const glyphs = (options: object) =>
  glyphsPlugin.build(decodeOptions(glyphsPlugin, { size: 16, ...options }) as never)

const A = glyphs({ train: 4, validation: 2, test: 7 })
const B = glyphs({ train: 6, validation: 3, test: 3, domain: "inverted" })
const pair = unpairedPlugin.build({ A, B })

test("each domain is read in an order of its own, without the labels that the datasets know", async () => {
  const { A: from, B: to } = unpairedOf(await pair.open())
  expect([from.size, to.size]).toEqual([4, 6])
  expect(Object.keys(from.fields)).toEqual(["image"])
  expect(Object.keys(await to.read([0, 5]))).toEqual(["image"])
  expect((await to.read([5])).image).toEqual((await (await B.open()).splits.train.read([5])).image)
})

test("for judging, every test image of A stands once beside some image of B, and every training image of B is there once", async () => {
  const [{ splits }, from, to] = [await pair.open(), await A.open(), await B.open()]
  expect([splits.train.size, splits.validation.size, splits.test.size]).toEqual([6, 2, 7])
  const { input, target } = await splits.test.read([0, 4, 6])
  expect(input).toEqual((await from.splits.test.read([0, 4, 6])).image)
  expect(target).toEqual((await to.splits.test.read([0, 1, 0])).image)
  expect((await splits.train.read([0, 5])).target).toEqual((await to.splits.train.read([0, 5])).image)
  await expect(splits.test.read([7])).rejects.toThrow(RangeError)
})

test("its digest knows which domain is which, and what both hold", async () => {
  const other = unpairedPlugin.build({ A: B, B: A })
  const more = unpairedPlugin.build({
    A,
    B: glyphs({ train: 7, validation: 3, test: 3, domain: "inverted" }),
  })
  const digests = await Promise.all([pair, other, more].map((dataset) => dataset.digest()))
  expect(new Set(digests).size).toBe(3)
  expect(await unpairedPlugin.build({ A, B }).digest()).toBe(digests[0])
})

test("data without images are refused in one sentence, and a dataset that is not unpaired has no domains", async () => {
  const points = twoMoonsPlugin.build(decodeOptions(twoMoonsPlugin, {}) as never)
  const unfit = unpairedPlugin.build({ A: points, B })
  const sentence =
    "Expected `A` to give image, but it gives point, label (class); choose a dataset that does."
  expect(await unfit.missing()).toEqual([sentence])
  await expect(unfit.open()).rejects.toThrow(sentence)
  expect(await pair.missing()).toEqual([])
  const single: OpenDataset = await A.open()
  expect(() => unpairedOf(single)).toThrow("Expected a dataset of two unpaired domains")
  expect(unpairedOf(unpairedDomains(single, single)).A.size).toBe(4)
})

test("the compiler accepts whatever gives an image, with classes or without", () => {
  const chosen = unpaired({ A: imageFolder({ folder: "photos", labels: "none" }), B: mnist() })
  expectTypeOf<NonNullable<typeof chosen.facts>>().toEqualTypeOf<{
    readonly fields: { readonly "A.image": "image"; readonly "B.image": "image" }
    readonly labels: false
  }>()
  // @ts-expect-error points as a domain
  unpaired({ A: twoMoons(), B: mnist() })
  // @ts-expect-error pairs as a domain
  unpaired({ A: mnist(), B: facades() })
  expect(chosen.options.B).toEqual(mnist())
})
