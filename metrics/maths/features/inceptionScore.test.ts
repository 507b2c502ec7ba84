import fc from "fast-check"
import { expect, test } from "vitest"
import { type InceptionScoreConvention, inceptionScore } from "./inceptionScore.ts"
import { gaussianRows, inBlocks, randomOrder, reordered, rowsOf } from "./testing/gaussianRows.ts"

const conventions: readonly InceptionScoreConvention[] = ["torch-fidelity", "torchmetrics", "studiogan"]
const classes = 5
const one = { convention: "studiogan", splits: 1 } as const
const logits = (count: number, ...key: (string | number)[]) =>
  gaussianRows(count, classes, ...key).map((value) => 3 * value)

test("of two images and two classes it is as by hand", () => {
  // p(y|x) = (3/4, 1/4) and (1/4, 3/4), p(y) = (1/2, 1/2): KL = 3/4 ln(3/2) + 1/4 ln(1/2) for both.
  const rows = rowsOf(Float64Array.of(Math.log(3), 0, 0, Math.log(3)), 2)
  const expected = 1.5 ** 0.75 * 0.5 ** 0.25
  expect(inceptionScore(rows, one).mean).toBeCloseTo(expected, 14)
})

test("it is the number of classes where each image is surely of one and all are there equally often", () => {
  const count = 4 * classes
  const sure = Float64Array.from({ length: count * classes }, (_, at) =>
    Math.floor(at / classes) % classes === at % classes ? 1000 : -1000,
  )
  expect(inceptionScore(rowsOf(sure, classes), one).mean).toBeCloseTo(classes, 12)
})

test("it is 1 where all images have the same probabilities, however sure", () => {
  for (const row of [
    [0, 0, 0],
    [1000, -1000, 0],
    [1, 2, 3],
  ]) {
    const same = Float64Array.from({ length: 30 }, (_, at) => row[at % 3]!)
    expect(inceptionScore(rowsOf(same, 3), one).mean).toBeCloseTo(1, 12)
  }
})

test("it lies in [1, classes] whatever the logits", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength: 12,
      }),
      (rows) => {
        const { mean } = inceptionScore(rowsOf(Float64Array.from(rows.flat()), 3), one)
        expect(mean).toBeGreaterThanOrEqual(1)
        expect(mean).toBeLessThanOrEqual(3 * (1 + 1e-12))
      },
    ),
  )
})

test("without splits it depends neither on the order of images, of classes, nor on blocks, nor on a constant in an image's logits", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, cut) => {
      const values = logits(20, seed)
      const { mean } = inceptionScore(rowsOf(values, classes), one)
      const near = (others: Float64Array) =>
        expect(Math.abs(inceptionScore(rowsOf(others, classes), one).mean - mean)).toBeLessThan(1e-12)
      near(reordered(values, classes, randomOrder(20, seed)))
      const order = randomOrder(classes, seed)
      near(values.map((_, at) => values[at - (at % classes) + order[at % classes]!]!))
      near(values.map((value, at) => value + Math.floor(at / classes)))
      expect(inceptionScore(inBlocks(values, classes, cut), one).mean).toBe(mean)
    }),
  )
})

test("each split is scored by itself, and conventions differ in where they cut and how they spread", () => {
  const values = logits(11, "splits")
  const part = (from: number, to: number) =>
    inceptionScore(rowsOf(values.subarray(from * classes, to * classes), classes), one).mean
  // 11 images in 4 splits: floor(11 i / 4) cuts at 2, 5, 8; blocks of ceil(11 / 4) = 3 at 3, 6, 9.
  const floors = [part(0, 2), part(2, 5), part(5, 8), part(8, 11)]
  const chunks = [part(0, 3), part(3, 6), part(6, 9), part(9, 11)]
  for (const convention of conventions) {
    const score = inceptionScore(rowsOf(values, classes), { convention, splits: 4 })
    const expected = convention === "torchmetrics" ? chunks : floors
    expect(score.perSplit).toEqual(expected)
    const mean = expected.reduce((sum, value) => sum + value, 0) / 4
    const squares = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    expect(score.mean).toBeCloseTo(mean, 14)
    const freedom = convention === "torch-fidelity" ? 4 : 3
    expect(score.deviation).toBeCloseTo(Math.sqrt(squares / freedom), 14)
  }
})

test("chunks of torchmetrics may be fewer than asked for", () => {
  // ceil(9 / 6) = 2 rows each: 5 chunks.
  const { perSplit } = inceptionScore(rowsOf(logits(9, "few"), classes), {
    convention: "torchmetrics",
    splits: 6,
  })
  expect(perSplit).toHaveLength(5)
})

test("splits are 10 where left out, and 1 as StudioGAN has it, whose deviation of one is not a number", () => {
  const rows = rowsOf(logits(40, "defaults"), classes)
  expect(inceptionScore(rows, { convention: "torch-fidelity" }).perSplit).toHaveLength(10)
  expect(inceptionScore(rows, { convention: "torchmetrics" }).perSplit).toHaveLength(10)
  expect(inceptionScore(rows, { convention: "studiogan" })).toMatchObject({ deviation: Number.NaN })
})

test("a seed shuffles the images, the same seed in the same way", () => {
  const rows = rowsOf(logits(40, "shuffle"), classes)
  const score = (seed?: number) =>
    inceptionScore(rows, { convention: "torch-fidelity", ...(seed === undefined ? {} : { seed }) }).mean
  expect(score(1)).toBe(score(1))
  expect(new Set([score(), score(1), score(2)]).size).toBe(3)
})

test("fewer images than splits are refused in one sentence", () => {
  expect(() => inceptionScore(rowsOf(logits(3, "few"), classes), { convention: "torch-fidelity" })).toThrow(
    "Expected at least one image for each of 10 splits of the inception score, but got 3; " +
      "judge more images or use fewer splits.",
  )
})
