import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { makeAdam } from "./adam.ts"
import { played, updated } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const size = fc.double({ min: 1e-2, max: 1e4, noNaN: true })

test("the first update is one rate long, against the sign of the gradient, whatever its size", () => {
  const optimiser = makeAdam({ rate: 0.25 })
  fc.assert(
    fc.property(size, (slope) => {
      const { values } = played(optimiser, { x: [0, 0] }, () => ({ x: [slope, -slope] }), 1)
      expect(values.x![0]).toBeCloseTo(-0.25, 5)
      expect(values.x![1]).toBeCloseTo(0.25, 5)
    }),
    { numRuns: 30 },
  )
})

test("gradients of one size throughout give updates of one rate each: the averages begin without bias", () => {
  const optimiser = makeAdam({ rate: 0.25, beta1: 0.9, beta2: 0.99 })
  const { values } = played(optimiser, { x: [0] }, () => ({ x: [3] }), 8)
  expect(values.x![0]).toBeCloseTo(-2, 5)
})

test("weight decay is part of the gradient: it is that of decay/2 |x|^2", () => {
  const slope = (x: number) => 3 - x
  const decayed = played(
    makeAdam({ rate: 0.1, weightDecay: 0.5 }),
    { x: [2] },
    ({ x }) => ({ x: [slope(x![0]!)] }),
    5,
  )
  const explicit = played(
    makeAdam({ rate: 0.1 }),
    { x: [2] },
    ({ x }) => ({ x: [slope(x![0]!) + 0.5 * x![0]!] }),
    5,
  )
  expect(decayed.values.x![0]).toBeCloseTo(explicit.values.x![0]!, 6)
})

test("AMSGrad goes on dividing by the largest average, Adam forgets it", () => {
  const slopes = [10, ...Array(30).fill(0.1)]
  const last = (amsgrad: boolean) => {
    const optimiser = makeAdam({ rate: 1, beta1: 0, beta2: 0.5, amsgrad })
    const before = played(optimiser, { x: [0] }, (_, count) => ({ x: [slopes[count - 1]] }), slopes.length)
    const after = updated(optimiser, before, { x: [0.1] }, slopes.length + 1)
    return before.values.x![0]! - after.values.x![0]!
  }
  expect(last(false)).toBeCloseTo(1, 3)
  // v stays at its first value, (1 - 0.5) 10^2 = 50; the correction is over: 0.1 / sqrt(50).
  expect(last(true)).toBeCloseTo(0.1 / Math.sqrt(50), 3)
})
