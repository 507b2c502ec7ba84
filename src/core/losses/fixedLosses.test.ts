import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { ReconstructionLoss } from "../contracts/loss.ts"
import { charbonnier } from "./charbonnier.ts"
import { l1 } from "./l1.ts"
import { l2 } from "./l2.ts"
import { builtLoss as built, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

// Two examples of 1 x 2 pixels, one channel. Differences: 1/2 and -1; 0 and 2.
const output = [[[[0.5], [-1]]], [[[0.25], [1]]]]
const target = [[[[0], [0]]], [[[0.25], [-1]]]]

const computed = (loss: ReconstructionLoss, x: tf.Tensor, goal: tf.Tensor) =>
  loss.sides.learner!({ output: x, target: goal }, noWorld)

const valuesOf = (loss: ReconstructionLoss) =>
  tf.tidy(() => Array.from(computed(loss, tf.tensor4d(output), tf.tensor4d(target)).dataSync()))

const gradientOf = (loss: ReconstructionLoss) =>
  tf.tidy(() => {
    const goal = tf.tensor4d(target)
    return Array.from(
      tf
        .grad((x) => tf.sum(computed(loss, x, goal)))(tf.tensor4d(output))
        .dataSync(),
    )
  })

test("l1 is the mean absolute difference of each example", () => {
  // (1/2 + 1) / 2 and (0 + 2) / 2
  expect(valuesOf(built(l1()))).toEqual([0.75, 1])
})

test("l1's gradient is the sign over the number of positions, and 0 where output equals target", () => {
  expect(gradientOf(built(l1()))).toEqual([0.5, -0.5, 0, 0.5])
})

test("l2 is the mean squared difference of each example", () => {
  // (1/4 + 1) / 2 and (0 + 4) / 2
  expect(valuesOf(built(l2()))).toEqual([0.625, 2])
  expect(gradientOf(built(l2()))).toEqual([0.5, -1, 0, 2])
})

test("charbonnier is the mean of sqrt(d^2 + epsilon^2)", () => {
  // epsilon 3/4: sqrt(1/4 + 9/16) = 0.901388, sqrt(1 + 9/16) = 5/4, sqrt(9/16) = 3/4, sqrt(4 + 9/16) = 2.136001
  const values = valuesOf(built(charbonnier({ epsilon: 0.75 })))
  expect(values[0]).toBeCloseTo((0.901388 + 1.25) / 2, 6)
  expect(values[1]).toBeCloseTo((0.75 + 2.136001) / 2, 6)
})

test("charbonnier comes near l1 with its default epsilon, and its least value is epsilon", () => {
  const loss = built(charbonnier())
  expect(valuesOf(loss)[0]).toBeCloseTo(0.75, 5)
  expect(loss.laws.atTarget).toBe(1e-3)
})

test("distances are what the learner minimises: an opponent has no say in them", () => {
  for (const loss of [built(l1()), built(l2()), built(charbonnier())]) {
    expect(Object.keys(loss.sides)).toEqual(["learner"])
  }
})

test("losses leave no tensor behind", () => {
  const before = tf.memory().numTensors
  for (const loss of [built(l1()), built(l2()), built(charbonnier())]) gradientOf(loss)
  expect(tf.memory().numTensors).toBe(before)
})

test("a weight is part of the loss but not of its values", () => {
  expect(built(l1(100)).weight).toBe(100)
  expect(valuesOf(built(l1(100)))).toEqual(valuesOf(built(l1())))
})
