import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { standardisation } from "./standardisation.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const rows = (...values: readonly (readonly [number, number])[]) => tf.tensor2d(values.map((row) => [...row]))

test("before training features stay as they are, up to epsilon", async () => {
  const { apply, state } = standardisation(2)
  const given = rows([3, -4], [5, 6])
  const seen = apply(given, "evaluate")
  for (const [at, value] of (await seen.data()).entries()) expect(value).toBeCloseTo([3, -4, 5, 6][at]!, 3)
  tf.dispose([given, seen, state])
})

test("in training a batch has mean 0 and variance 1; evaluation uses the mean of the first batches, then a moving one", async () => {
  const { apply, state } = standardisation(2)
  const before = tf.memory().numTensors
  const means = async () => [...(await state.mean!.data())]
  for (const level of [2, 4, 9]) {
    const given = rows([level - 1, 10], [level + 1, 30])
    const seen = tf.tidy(() => apply(given, "train"))
    for (const [at, value] of (await seen.data()).entries()) expect(value).toBeCloseTo([-1, -1, 1, 1][at]!, 4)
    tf.dispose([given, seen])
  }
  expect(await means()).toEqual([5, 20])
  expect([...(await state.variance!.data())]).toEqual([1, 100])
  for (let batch = 3; batch < 40; batch++) {
    const given = rows([5, 20], [5, 20])
    tf.dispose([tf.tidy(() => apply(given, "train")), given])
  }
  const last = rows([24, 20], [26, 20])
  tf.dispose([tf.tidy(() => apply(last, "train")), last])
  // A twentieth of the way from 5 to 25.
  expect((await means())[0]).toBeCloseTo(6, 4)
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(state)
})
