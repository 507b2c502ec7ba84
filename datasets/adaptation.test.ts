import { expect, test } from "vitest"
import { adaptationPlugin } from "./adaptation.ts"
import { facadesPlugin } from "./facades.ts"
import { glyphsPlugin } from "./glyphs.ts"
import { openLoader } from "./loader.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const glyphs = (options: object) =>
  glyphsPlugin.build(
    decodeOptions(glyphsPlugin, { size: 16, train: 12, validation: 4, test: 6, ...options }) as never,
  )
const source = glyphs({})
const target = glyphs({ domain: "inverted" })
const adaptation = adaptationPlugin.build({ source, target })

test("training sees the source's labels and the target's images alone; judging sees the target's labels", async () => {
  const { domains, splits, sourceTest, targetValidation, classes } = await adaptation.open()
  expect(adaptation).toMatchObject({ contract: "adaptation", labels: true })
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

test("its digest is of both domains, in their order", async () => {
  const other = adaptationPlugin.build({ source: target, target: source })
  expect(await other.digest()).not.toBe(await adaptation.digest())
  expect(await adaptationPlugin.build({ source, target }).digest()).toBe(await adaptation.digest())
})

test("what cannot be a source or a target is refused in one sentence", async () => {
  const facades = facadesPlugin.build(decodeOptions(facadesPlugin, {}) as never)
  expect(await adaptationPlugin.build({ source: facades, target }).missing()).toEqual([
    "Expected a labelled dataset as the source, but it gives paired data; choose one with classes.",
  ])
  expect(await adaptationPlugin.build({ source, target: facades }).missing()).toEqual([
    "Expected images, with classes or without, as the target, but it gives paired data; choose another.",
  ])
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
