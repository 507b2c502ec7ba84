import type { DataField, OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import type { Metric } from "@saddlepoint/core/contracts/metric"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { pluginMap } from "@saddlepoint/core/declare/definition"
import { describe, expect, test } from "vitest"
import { judges, metrics } from "./catalogue.ts"

const image = (side: number): DataField => ({ shape: [side, side, 3], dtype: "float32", range: [-1, 1] })
const split = (size: number, fields: Split["fields"]): Split => ({ size, fields, read: async () => ({}) })

/** Pairs of so many pixels. */
function pairs(side: number, { train = 50, tests = 400 } = {}): OpenDataset {
  const fields = { input: image(side), target: image(side) }
  return {
    splits: { train: split(train, fields), validation: split(50, fields), test: split(tests, fields) },
  }
}

const plugins = pluginMap([...metrics, ...judges] as readonly Plugin[])

const refusals = (
  spec: JsonObject & { readonly use: string },
  dataset: OpenDataset,
  answers = dataset.splits.test.size,
) => (resolve("metric", spec, plugins) as Metric).refuses?.(dataset, answers) ?? []

describe("before anything is trained", () => {
  test("sets that are too few for a measure are refused", () => {
    expect(refusals({ use: "precisionRecall" }, pairs(16, { tests: 60 }), 5)).toEqual([
      "Expected at least 6 generated images for precisionRecall over 6 features, but got 5; judge more images or use fewer features.",
    ])
    expect(refusals({ use: "fid" }, pairs(16), 100)).toEqual([
      "Expected at least 320 generated images for fid over 32 features, but got 100; judge more images or use fewer features.",
    ])
    expect(refusals({ use: "fid" }, pairs(16))).toEqual([])
  })

  test("over a given network a distance of few images is refused no more, as the reference packages give it", () => {
    const spec = { use: "fid", features: { use: "inception" } }
    expect(refusals(spec, pairs(16), 100)).toEqual([])
    expect(refusals(spec, pairs(16), 1)[0]).toMatch(/^Expected at least 2 generated images for fid/)
  })

  test("a reference without images is refused", () => {
    expect(refusals({ use: "kid" }, pairs(16, { train: 0 }))).toEqual([
      "Expected real training images as the reference of kid, but the training split is empty.",
    ])
  })

  test("sides below a window are refused, and larger ones are not", () => {
    expect(refusals({ use: "ssim" }, pairs(8))).toEqual([
      "Expected images of at least 11x11 pixels for SSIM, but got 8x8; use larger images, a smaller window or another metric.",
    ])
    expect(refusals({ use: "ssim" }, pairs(11))).toEqual([])
    expect(refusals({ use: "msSsim" }, pairs(8))[0]).toMatch(
      /^Expected images of at least 11x11 pixels for MS-SSIM/,
    )
  })

  test("a judge of stacked images tells before it is trained that they are not", () => {
    const judge = resolve("judge", { use: "stackedClassifier" }, plugins) as TrainedJudge
    const { splits } = pairs(16)
    expect(() => judge.stages({ splits, classes: ["a", "b"] })).toThrow(
      "Expected a dataset of three stacked images for the judge stackedClassifier, but got 2 classes; put stacked() around a dataset.",
    )
    expect(judge.stages({ splits, classes: Array.from({ length: 8 }, String) })).toHaveLength(1)
  })

  test("a split without targets is refused by metrics of pairs", () => {
    const fields = { image: image(16) }
    const alone: OpenDataset = {
      splits: { train: split(9, fields), validation: split(9, fields), test: split(9, fields) },
    }
    expect(refusals({ use: "psnr" }, alone)).toEqual([
      "Expected pairs of images for psnr, but the test split has no targets.",
    ])
  })
})
