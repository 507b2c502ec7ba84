import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { constant } from "../schedules/constant.ts"
import { makeAdam } from "./adam.ts"
import { makeAdamW } from "./adamW.ts"
import { played } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const zero = () => ({ x: [0] })

test("where the gradient is 0 every update leaves 1 - rate * weightDecay of a value", () => {
  const { values } = played(makeAdamW({ rate: 0.1, weightDecay: 0.5 }), { x: [2] }, zero, 10)
  expect(values.x![0]).toBeCloseTo(2 * 0.95 ** 10, 6)
})

test("the schedule scales the decay with the rate", () => {
  const optimiser = makeAdamW({ rate: 0.1, weightDecay: 0.5, schedule: constant(0.5) })
  expect(played(optimiser, { x: [2] }, zero, 10).values.x![0]).toBeCloseTo(2 * 0.975 ** 10, 6)
})

test("a decay of 1e-6 per update is not lost in float32", () => {
  const { values } = played(makeAdamW({ rate: 1e-4, weightDecay: 1e-2 }), { x: [1] }, zero, 1000)
  // 1 - 1e-6 in float32 is 1 - 1.0133e-6, or 1 - 0.9537e-6: as a factor it would be off by one in a hundred or more.
  expect((1 - values.x![0]!) / 1e-3).toBeCloseTo(1, 1.5)
})

test("the averages do not see the decay: without it, it is Adam", () => {
  const bent = ({ x }: Readonly<Record<string, readonly number[]>>) => ({ x: [x![0]! ** 3] })
  const shared = { rate: 0.01, beta1: 0.9, beta2: 0.99 }
  const without = played(makeAdamW({ ...shared, weightDecay: 0 }), { x: [2] }, bent, 5)
  const decayed = played(makeAdamW({ ...shared, weightDecay: 0.1 }), { x: [2] }, () => ({ x: [1] }), 5)
  const plain = played(makeAdam(shared), { x: [2] }, () => ({ x: [1] }), 5)
  expect(without).toEqual(played(makeAdam(shared), { x: [2] }, bent, 5))
  expect(decayed.state).toEqual(plain.state)
})
