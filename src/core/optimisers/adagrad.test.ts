import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { makeAdagrad } from "./adagrad.ts"
import { played } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const after = (optimiser: ReturnType<typeof makeAdagrad>, slopes: readonly number[]) =>
  played(optimiser, { x: [0] }, (_, count) => ({ x: [slopes[count - 1]!] }), slopes.length).values.x![0]

test("gradients of one size give steps of rate / sqrt(t), whatever the size", () => {
  const expected = -(1 + 1 / Math.sqrt(2) + 1 / Math.sqrt(3))
  for (const slope of [1e-3, 1, 1e3]) {
    expect(after(makeAdagrad({ rate: 1 }), [slope, slope, slope])).toBeCloseTo(expected, 5)
  }
})

test("the sum of squares begins at the initial accumulator", () => {
  expect(after(makeAdagrad({ rate: 1, initialAccumulator: 7 }), [3])).toBeCloseTo(-3 / Math.sqrt(7 + 9), 6)
})

test("the rate decay divides the rate of update t by 1 + (t - 1) decay", () => {
  // 3 / sqrt(9), then 4 / sqrt(25) / 1.5.
  expect(after(makeAdagrad({ rate: 1, rateDecay: 0.5 }), [3, 4])).toBeCloseTo(-(1 + 0.8 / 1.5), 6)
})

test("epsilon is added outside the root", () => {
  expect(after(makeAdagrad({ rate: 1, epsilon: 1 }), [3])).toBeCloseTo(-3 / 4, 6)
})
