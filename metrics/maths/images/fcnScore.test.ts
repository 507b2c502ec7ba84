import { expect, test } from "vitest"
import { countConfusion } from "../adaptation/confusion.ts"
import { fcnScore } from "./fcnScore.ts"

test("the scores of a confusion matrix are those of pix2pix's script", () => {
  // Reference numbers "fcn_score": 5 classes, the last absent from the labels; tolerance 1e-9. The means without
  // absent classes stand in its note.
  const confusion = [
    [206, 18, 13, 11, 25],
    [25, 217, 11, 18, 20],
    [23, 16, 189, 14, 11],
    [13, 15, 17, 204, 14],
    [0, 0, 0, 0, 0],
  ].flat()
  const { pixelAccuracy, classAccuracy, classIou, accuracies, ious } = fcnScore(confusion, 5)
  expect(Math.abs(pixelAccuracy - 0.7555555555555549)).toBeLessThan(1e-9)
  expect(Math.abs(classAccuracy - 0.6045968388589537)).toBeLessThan(1e-9)
  expect(Math.abs(classIou - 0.5129051141414632)).toBeLessThan(1e-9)
  expect([accuracies[4], ious[4]]).toEqual([0, 0])
  const skipping = fcnScore(confusion, 5, "skipped")
  expect(Math.abs(skipping.classAccuracy - 0.755746048574)).toBeLessThan(1e-9)
  expect(Math.abs(skipping.classIou - 0.641131392677)).toBeLessThan(1e-9)
  expect(skipping.accuracies[4]).toBeNaN()
})

test("pixels are counted by label and answer, and void labels are not", () => {
  const confusion = new Float64Array(4)
  countConfusion(confusion, 2, [0, 0, 1, 1, 255, -1], [0, 1, 1, 1, 0, 1])
  expect([...confusion]).toEqual([1, 1, 0, 2])
})

test("an answer that is no class is refused in one sentence where its label counts", () => {
  expect(() => countConfusion(new Float64Array(4), 2, [0], [2])).toThrow(
    "Expected answers from 0 to 1, but got 2; check the number of classes.",
  )
  const confusion = new Float64Array(4)
  countConfusion(confusion, 2, [255], [2])
  expect([...confusion]).toEqual([0, 0, 0, 0])
})

test("answers that are fewer than labels, and no pixels at all, are refused in one sentence", () => {
  expect(() => countConfusion(new Float64Array(4), 2, [0, 1], [0])).toThrow(
    "Expected an answer for each label, but got 2 labels and 1 answers.",
  )
  expect(() => fcnScore(new Float64Array(4), 2)).toThrow(
    "Expected labelled pixels to score a segmentation, but got none; the test split is empty or all its labels are void.",
  )
})
