import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { expect, test } from "vitest"
import { heldOut } from "./heldOut.ts"
import { greyBars } from "./testing/greyBars.ts"

const chosen = (dataset: OpenDataset) => {
  const { name, split } = heldOut(dataset)
  return [name, split.size]
}

test("judges are examined on the validation split, on the test split where validation has too few images", () => {
  expect(chosen(greyBars({ train: 9, validation: 50, test: 1000 }))).toEqual(["validation", 50])
  expect(chosen(greyBars({ train: 9, validation: 49, test: 1000 }))).toEqual(["test", 1000])
  expect(chosen(greyBars({ train: 9, validation: 20, test: 10 }))).toEqual(["validation", 20])
})

test("of two domains the source's test split is taken, as judges learn from the source", () => {
  const [source, target] = [
    greyBars({ train: 9, validation: 1, test: 70 }),
    greyBars({ train: 9, validation: 1, test: 80 }),
  ]
  const { train, validation, test } = source.splits
  const dataset = { splits: { train, validation, test: target.splits.test }, sourceTest: test }
  expect(chosen(dataset)).toEqual(["test", 70])
})

test("a dataset without an image to examine on is refused in one sentence", () => {
  expect(() => heldOut(greyBars({ train: 9, validation: 0, test: 0 }))).toThrow(
    "Expected real images to examine a judge on, but the validation and the test split are empty; give the dataset some.",
  )
})
