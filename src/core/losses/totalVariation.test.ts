import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"
import { totalVariation } from "./totalVariation.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

type Options = Parameters<typeof totalVariation>[0]

const valuesOf = (options: Options, shape: [number, number, number, number], values: readonly number[]) =>
  tf.tidy(() => {
    const seen = { values: { image: tf.tensor4d([...values], shape) } }
    return Array.from(builtLoss(totalVariation(options)).sides.learner!(seen, noWorld).dataSync())
  })

// Rows (0, 1) and (1, 3): vertical differences 1 and 2, horizontal ones 1 and 2.
const image = [0, 1, 1, 3]

test.each([
  ["anisotropic", "mean", 1.5 + 1.5],
  ["anisotropic", "sum", 6],
  ["squared", "mean", 2.5 + 2.5],
  ["squared", "sum", 10],
  // The one place that has a neighbour below and one to the right: sqrt(1 + 1)
  ["isotropic", "mean", Math.SQRT2],
  ["isotropic", "sum", Math.SQRT2],
] as const)("%s, as a %s, has its hand-computed value", (form, reduction, value) => {
  expect(valuesOf({ form, reduction }, [1, 2, 2, 1], image)).toEqual([expect.closeTo(value, 5)])
})

test("examples and channels have their own neighbours", () => {
  // Two images; two channels, of which one is flat
  expect(valuesOf({}, [2, 2, 1, 1], [0, 1, 5, 2])).toEqual([1, 3])
  expect(valuesOf({}, [1, 2, 1, 2], [0, 7, 1, 7])).toEqual([0.5])
})

test("an image of one row, one column or one pixel has fewer neighbours, or none", () => {
  expect(valuesOf({}, [1, 1, 3, 1], [0, 1, 3])).toEqual([1.5])
  for (const form of ["anisotropic", "isotropic", "squared"] as const) {
    expect(valuesOf({ form }, [2, 1, 1, 1], [4, 5])).toEqual([0, 0])
  }
})

test("its slope where neighbours are equal is 0", () => {
  for (const form of ["anisotropic", "isotropic", "squared"] as const) {
    const { learner } = builtLoss(totalVariation({ form })).sides
    const slopes = tf.tidy(() =>
      Array.from(
        tf
          .grad((x) => tf.sum(learner!({ values: { image: x } }, noWorld)))(tf.ones([1, 3, 3, 1]))
          .dataSync(),
      ),
    )
    for (const slope of slopes) expect(slope).toBeCloseTo(0, 12)
  }
})
