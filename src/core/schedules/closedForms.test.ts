import { expect, test } from "vitest"
import type { Schedule } from "../contracts/schedule.ts"
import { constant } from "./constant.ts"
import { cosine } from "./cosine.ts"
import { exponential } from "./exponential.ts"
import { inverseDecay } from "./inverseDecay.ts"
import { linear } from "./linear.ts"
import { linearDecay } from "./linearDecay.ts"
import { piecewiseConstant } from "./piecewiseConstant.ts"
import { polynomial } from "./polynomial.ts"
import { sigmoidRamp } from "./sigmoidRamp.ts"
import { warmUp } from "./warmUp.ts"

/** Values at some steps of a stage of 100. */
const at = (schedule: Schedule, ...steps: readonly number[]) =>
  steps.map((step) => schedule(step, step / 100))
const close = (...values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))
const half = { steps: 50 }

test("constant", () => {
  expect(at(constant(0.3), 0, 99)).toEqual([0.3, 0.3])
})

test("linear stands still before and after its stretch", () => {
  const schedule = linear({ initial: 2, end: 1, begin: { steps: 10 }, length: { steps: 20 } })
  expect(at(schedule, 0, 10, 15, 30, 99)).toEqual([2, 2, 1.75, 1, 1])
})

test("linear goes from 1 to 0 over the stage where nothing is said", () => {
  expect(at(linear(), 0, 25, 100)).toEqual([1, 0.75, 0])
})

test("a stretch may be told in shares, in steps, or one in steps and one in shares", () => {
  const inShares = linear({ begin: { share: 0.2 }, length: { share: 0.5 } })
  const inSteps = linear({ begin: { steps: 20 }, length: { steps: 50 } })
  const mixed = [
    linear({ begin: { steps: 20 }, length: { share: 0.5 } }),
    linear({ begin: { share: 0.2 }, length: { steps: 50 } }),
  ]
  for (const schedule of [inShares, inSteps, ...mixed]) {
    expect(at(schedule, 0, 1, 20, 45, 70, 99)).toEqual(close(1, 1, 1, 0.5, 0, 0))
  }
})

test("polynomial: (initial - end) (1 - p)^power + end", () => {
  expect(at(polynomial({ power: 2, initial: 3, end: 1, length: half }), 0, 25, 50, 99)).toEqual([
    3, 1.5, 1, 1,
  ])
})

test("linearDecay is 1 until its share of the stage, then falls to 0 at the end", () => {
  expect(at(linearDecay(0.5), 0, 49, 50, 75, 100)).toEqual([1, 1, 1, 0.5, 0])
})

test("warmUp rises to 1 and stays there", () => {
  expect(at(warmUp({ length: { steps: 10 } }), 0, 5, 10, 99)).toEqual([0, 0.5, 1, 1])
  expect(at(warmUp({ initial: 0.5, length: { share: 0.1 } }), 0, 5, 10)).toEqual([0.5, 0.75, 1])
})

test("exponential decays by its factor with each length, beyond the first too", () => {
  expect(at(exponential({ decay: 0.25, length: half, begin: half }), 0, 50, 75, 100)).toEqual(
    close(1, 1, 0.5, 0.25),
  )
  expect(at(exponential({ decay: 0.5, length: { steps: 10 } }), 20, 30)).toEqual(close(0.25, 0.125))
})

test("exponential in stairs changes at whole lengths only, those told in shares too", () => {
  const inSteps = exponential({ decay: 0.5, length: { steps: 15 }, staircase: true })
  expect(at(inSteps, 0, 14, 15, 29, 30)).toEqual([1, 1, 0.5, 0.5, 0.25])
  const inShares = exponential({ decay: 0.5, length: { share: 0.1 }, staircase: true })
  // 0.3 / 0.1 is a little less than 3.
  expect(at(inShares, 9, 10, 29, 30, 70)).toEqual([1, 0.5, 0.25, 0.125, 0.5 ** 7])
})

test("exponential does not fall below its end, nor grow above it", () => {
  expect(at(exponential({ decay: 0.5, length: { steps: 10 }, end: 0.2 }), 20, 30, 99)).toEqual([
    0.25, 0.2, 0.2,
  ])
  expect(at(exponential({ decay: 2, length: { steps: 10 }, end: 3 }), 10, 20)).toEqual([2, 3])
})

test("cosine falls by half of its way in half of its length, and slowly at both ends", () => {
  const schedule = cosine({ initial: 2, end: 1, length: { steps: 60 } })
  expect(at(schedule, 0, 20, 30, 40, 60)).toEqual(close(2, 1.75, 1.5, 1.25, 1))
})

test("after its length cosine holds, restarts or rises", () => {
  const after = (afterwards: "hold" | "restart" | "rise") =>
    at(cosine({ length: { steps: 30 }, afterwards }), 30, 40, 60, 75)
  expect(after("hold")).toEqual(close(0, 0, 0, 0))
  expect(after("restart")).toEqual(close(1, 0.75, 1, 0.5))
  expect(after("rise")).toEqual(close(0, 0.25, 1, 0.5))
})

test("piecewiseConstant multiplies from each boundary on", () => {
  const schedule = piecewiseConstant({
    initial: 2,
    boundaries: [{ steps: 10 }, { share: 0.5 }],
    scales: [0.5, 3],
  })
  expect(at(schedule, 0, 9, 10, 49, 50, 99)).toEqual([2, 2, 1, 1, 3, 3])
})

test("piecewiseConstant refuses lists of different lengths in a sentence", () => {
  expect(() => piecewiseConstant({ boundaries: [half], scales: [] })).toThrow(
    "expected a scale for each boundary but got 0 scales for 1 boundaries; make the lists equally long",
  )
})

test("inverseDecay is DANN's learning rate: (1 + 10 p)^-0.75", () => {
  expect(at(inverseDecay(), 0, 50, 99)).toEqual([1, 6 ** -0.75, 10.9 ** -0.75])
})

test("sigmoidRamp is the weight of DANN's gradient reversal: 2 / (1 + exp(-10 p)) - 1", () => {
  // tanh(5 p), the same function
  expect(at(sigmoidRamp(), 0, 10, 50, 99)).toEqual(close(0, Math.tanh(0.5), Math.tanh(2.5), Math.tanh(4.95)))
})
