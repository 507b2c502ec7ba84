import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { unpairedDomains } from "@saddlepoint/datasets/unpaired"
import { expect, test } from "vitest"
import { glyphsOf } from "../../testing/glyphsOf.ts"
import { datasetOfForm, formOf } from "./datasetForm.ts"

const open = () => glyphsOf({ train: 4, validation: 2, test: 3 }).open()

test("a form has splits, their fields and classes, and nothing else that a dataset holds", async () => {
  const dataset = Object.assign(await open(), { bytes: new Uint8Array(9), files: new Map(), seen: 3 })
  const { splits, ...rest } = JSON.parse(JSON.stringify(formOf(dataset)))
  expect(Object.keys(splits)).toEqual(["train", "validation", "test"])
  expect(splits.test).toEqual({ size: 3, fields: dataset.splits.test.fields })
  expect(rest).toEqual({ classes: dataset.classes })
})

test("a dataset of a form has the shapes at every place, and opens the real one once, when an example is read", async () => {
  const real = unpairedDomains(await open(), await open())
  let opened = 0
  const standIn = datasetOfForm(formOf(real), async () => {
    opened += 1
    return real
  }) as typeof real
  expect(standIn.unpaired.A.fields).toEqual(real.unpaired.A.fields)
  expect(standIn.splits.test.size).toBe(3)
  expect(opened).toBe(0)
  expect(await standIn.unpaired.B.read([1])).toEqual(await real.unpaired.B.read([1]))
  expect(await standIn.splits.train.read([0])).toEqual(await real.splits.train.read([0]))
  expect(opened).toBe(1)
})

test("why the real one cannot be opened is told to whoever reads", async () => {
  const gone = () => Promise.reject(new RangeError("Expected a folder."))
  const standIn: OpenDataset = datasetOfForm(formOf(await open()), gone)
  await expect(standIn.splits.train.read([0])).rejects.toThrow("Expected a folder.")
})
