import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { makeRmsProp } from "./rmsProp.ts"
import { played } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const after = (optimiser: ReturnType<typeof makeRmsProp>, slopes: readonly number[]) =>
  played(optimiser, { x: [0] }, (_, count) => ({ x: [slopes[count - 1]!] }), slopes.length).values.x![0]

test("divides by the root of the average square, which begins at 0 and is not corrected", () => {
  // v = 0.25 * 16 = 4, then 0.75 * 4 + 0.25 * 4 = 4.
  expect(after(makeRmsProp({ rate: 1, smoothing: 0.75 }), [4, 2])).toBeCloseTo(-(4 / 2 + 2 / 2), 6)
})

test("epsilon is added outside the root", () => {
  expect(after(makeRmsProp({ rate: 1, smoothing: 0.75, epsilon: 2 }), [4])).toBeCloseTo(-4 / (2 + 2), 6)
})

test("momentum sums up what is divided already", () => {
  // 2, then 0.5 * 2 + 1.
  expect(after(makeRmsProp({ rate: 1, smoothing: 0.75, momentum: 0.5 }), [4, 2])).toBeCloseTo(-(2 + 2), 6)
})

test("centred, it divides by the deviation: v - m^2", () => {
  // v = 4, m = 1: 4 / sqrt(3); then v = 4, m = 1.25: 2 / sqrt(4 - 1.5625).
  const expected = -(4 / Math.sqrt(3) + 2 / Math.sqrt(2.4375))
  expect(after(makeRmsProp({ rate: 1, smoothing: 0.75, centred: true }), [4, 2])).toBeCloseTo(expected, 5)
})

test("centred, it stays finite where gradients do not vary, and the rounded variance falls below 0", () => {
  const optimiser = makeRmsProp({ rate: 1e-6, smoothing: 0.5, centred: true })
  const slopes = Array.from({ length: 40 }, (_, i) => 1 + i / 10)
  const { values, state } = played(optimiser, { x: slopes.map(() => 0) }, () => ({ x: slopes }), 60)
  const [squares, means] = [state["x/square"]!, state["x/mean"]!]
  const rounded = squares.map((square, i) => Math.fround(square - Math.fround(means[i]! ** 2)))
  expect(Math.min(...rounded)).toBeLessThan(0)
  expect(values.x!.every(Number.isFinite)).toBe(true)
})
