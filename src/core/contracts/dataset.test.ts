import { describe, expect, test } from "vitest"
import { type DataField, imagesAlone, type OpenDataset, realImages, type Split } from "./dataset.ts"

const image: DataField = { shape: [1, 1, 1], dtype: "float32", range: [-1, 1] }
const label: DataField = { shape: [], dtype: "int32", range: [0, 9], classes: 10 }

const split = (fields: Split["fields"]): Split => ({
  size: 3,
  fields,
  read: async (indices) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, { dtype }]) => [
        name,
        dtype === "int32" ? Int32Array.from(indices) : Float32Array.from(indices),
      ]),
    ),
})
const opened = (fields: Split["fields"]): OpenDataset => ({
  splits: { train: split(fields), validation: split({}), test: split({}) },
})

test("of a split whose images alone can be reached, neither the fields nor the examples hold a label", async () => {
  const alone = imagesAlone(split({ image, label }))
  expect(alone.fields).toEqual({ image })
  expect(await alone.read([2, 0])).toEqual({ image: Float32Array.of(2, 0) })
  expect(alone.size).toBe(3)
})

describe("the real images that generated ones are compared with", () => {
  test("are the targets where something is to be hit", () => {
    const dataset = opened({ input: image, target: image })
    expect(realImages(dataset)).toEqual({ split: dataset.splits.train, field: "target" })
  })

  test("are the images where nothing is", () => {
    expect(realImages(opened({ image, label })).field).toBe("image")
  })

  test("are missing in one sentence where there are none", () => {
    expect(() => realImages(opened({ point: image }))).toThrow(
      "Expected training images to compare with, but the dataset has the fields point; choose metrics that need no images.",
    )
  })
})
