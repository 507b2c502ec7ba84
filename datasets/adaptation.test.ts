import type { Dataset, Split } from "@saddlepoint/core/contracts/dataset"
import { expect, expectTypeOf, test } from "vitest"
import { adaptationPlugin, adaptation as chooseAdaptation } from "./adaptation.ts"
import { facades, facadesPlugin } from "./facades.ts"
import { glyphs as chooseGlyphs, glyphsPlugin } from "./glyphs.ts"
import { imageFolder } from "./imageFolder.ts"
import { openLoader } from "./loader.ts"
import { mnist } from "./mnist.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { twoMoons } from "./twoMoons.ts"

const glyphs = (options: object) =>
  glyphsPlugin.build(
    decodeOptions(glyphsPlugin, { size: 16, train: 12, validation: 4, test: 6, ...options }) as never,
  )
const source = glyphs({})
const target = glyphs({ domain: "inverted" })
const adaptation = adaptationPlugin.build({ source, target })

test("training sees the source's labels and the target's images alone; judging sees the target's labels", async () => {
  const { domains, splits, sourceTest, targetValidation, classes } = await adaptation.open()
  const fields = { "source.image": "image", "source.label": "class", "target.image": "image" }
  expect(adaptation).toMatchObject({ fields, labels: true })
  expect(Object.keys(domains!.source.train.fields)).toEqual(["image", "label"])
  for (const split of [domains!.target.train, domains!.target.validation]) {
    expect(Object.keys(split.fields)).toEqual(["image"])
    expect(Object.keys(await split.read([0, 1]))).toEqual(["image"])
  }
  expect(Object.keys(splits.test.fields)).toEqual(["image", "label"])
  expect(await splits.test.read([0])).toEqual(await (await target.open()).splits.test.read([0]))
  expect(sourceTest!.size).toBe(6)
  expect(targetValidation!.size).toBe(4)
  expect(classes).toHaveLength(10)
})

test("it tells which of its datasets is which domain", () => {
  expect(adaptation.domains).toEqual({ source, target })
})

test("its digest is of both domains, in their order", async () => {
  const other = adaptationPlugin.build({ source: target, target: source })
  expect(await other.digest()).not.toBe(await adaptation.digest())
  expect(await adaptationPlugin.build({ source, target }).digest()).toBe(await adaptation.digest())
})

test("what cannot be a source or a target is refused in one sentence", async () => {
  const pairs = facadesPlugin.build(decodeOptions(facadesPlugin, {}) as never)
  const given = "input (image), target (image), labels (labelMap)"
  for (const [domains, sentence] of [
    [{ source: pairs, target }, `Expected \`source\` to give image and label (class), but it gives ${given}`],
    [{ source, target: pairs }, `Expected \`target\` to give image, but it gives ${given}`],
  ] as const) {
    const dataset = adaptationPlugin.build(domains)
    expect(await dataset.missing()).toEqual([`${sentence}; choose a dataset that does.`])
    await expect(dataset.open()).rejects.toThrow(sentence)
  }
})

test("a dataset that gives more than is required is welcome, and what else it gives cannot be reached", async () => {
  const withText = (split: Split): Split => ({
    size: split.size,
    fields: { ...split.fields, text: { shape: [2], dtype: "float32", range: [-1, 1] } },
    read: async (indices) => ({ ...(await split.read(indices)), text: new Float32Array(2 * indices.length) }),
  })
  const captioned: Dataset = {
    ...source,
    fields: { ...source.fields, text: "text" },
    async open() {
      const { splits, ...rest } = await source.open()
      const { train, validation, test } = splits
      return {
        ...rest,
        splits: { train: withText(train), validation: withText(validation), test: withText(test) },
      }
    },
  }
  const dataset = adaptationPlugin.build({ source: captioned, target: captioned })
  expect(await dataset.missing()).toEqual([])
  const { domains } = await dataset.open()
  expect(Object.keys(await domains!.source.train.read([0]))).toEqual(["image", "label"])
  expect(Object.keys(await domains!.target.train.read([0]))).toEqual(["image"])
})

test("the compiler accepts whatever gives an image, and classes as well for a source", () => {
  const folder = imageFolder({ folder: "photos", labels: "none" })
  const labelled = chooseAdaptation({ source: mnist(), target: chooseGlyphs() })
  expectTypeOf<NonNullable<typeof labelled.facts>>().toEqualTypeOf<{
    readonly fields: {
      readonly "source.image": "image"
      readonly "source.label": "class"
      readonly "target.image": "image"
    }
    readonly labels: true
  }>()
  const source = imageFolder({ folder: "photos", labels: "folders" })
  const unlabelled = chooseAdaptation({ source, target: folder })
  expectTypeOf<NonNullable<typeof unlabelled.facts>["labels"]>().toEqualTypeOf<false>()
  // @ts-expect-error a source without classes
  chooseAdaptation({ source: folder, target: mnist() })
  // @ts-expect-error points as a target
  chooseAdaptation({ source: mnist(), target: twoMoons() })
  // @ts-expect-error pairs as a source
  chooseAdaptation({ source: facades(), target: mnist() })
  expect(labelled.options.source).toEqual(mnist())
})

test("streams are read side by side, each in an order of its own that does not depend on the other", async () => {
  const { domains } = await adaptation.open()
  const options = { batch: 5, seed: 1, stage: "adaptation" }
  const both = openLoader({
    split: { streams: { source: domains!.source.train, target: domains!.target.train } },
    ...options,
  })
  const alone = openLoader({ split: { streams: { source: domains!.source.train } }, ...options })
  for (const step of [0, 1, 5]) {
    const batch = await both.next(step)
    expect(Object.keys(batch).sort()).toEqual(["source.image", "source.label", "target.image"])
    expect(batch["target.image"]!.shape).toEqual([5, 16, 16, 1])
    expect((await alone.next(step))["source.image"]).toEqual(batch["source.image"])
  }
  both.close()
  alone.close()
})
