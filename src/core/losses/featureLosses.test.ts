import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Loss } from "../contracts/loss.ts"
import { featureMatching } from "./featureMatching.ts"
import { gram } from "./gram.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const valuesOf = (
  loss: Loss<"features">,
  make: () => { readonly output: tf.Tensor[]; readonly target: tf.Tensor[] },
) => tf.tidy(() => Array.from(loss.sides.learner!(make(), noWorld).dataSync()))

test("feature matching of means sees what the batch has on average, of examples each of them", () => {
  // One layer of two features: means (1, 2) and (2, 2)
  const layers = () => ({
    output: [tf.tensor2d([0, 4, 2, 0], [2, 2])],
    target: [tf.tensor2d([4, 2, 0, 2], [2, 2])],
  })
  const ofMeans = builtLoss(featureMatching())
  expect(ofMeans.scope).toBe("batch")
  // ((1 - 2)^2 + 0) / 2
  expect(valuesOf(ofMeans, layers)).toEqual([0.5])
  const ofExamples = builtLoss(featureMatching({ of: "examples" }))
  expect(ofExamples.scope).toBe("example")
  // (|0 - 4| + |4 - 2|) / 2 and (2 + 2) / 2
  expect(valuesOf(ofExamples, layers)).toEqual([3, 2])
})

test("layers count alike in feature matching, however many values they have", () => {
  const layers = () => ({
    output: [tf.fill([2, 3], 1), tf.fill([2, 4, 4, 5], 3)],
    target: [tf.zeros([2, 3]), tf.zeros([2, 4, 4, 5])],
  })
  // (1^2 + 3^2) / 2 and (1 + 3) / 2
  expect(valuesOf(builtLoss(featureMatching()), layers)).toEqual([5])
  expect(valuesOf(builtLoss(featureMatching({ of: "examples" })), layers)).toEqual([2, 2])
})

// Two channels at two positions: G / M of the output is [[1, 1], [1, 2]], of the target 0.
const maps = () => ({ output: [tf.tensor4d([1, 0, 1, 2], [1, 1, 2, 2])], target: [tf.zeros([1, 1, 2, 2])] })

test.each([
  // Mean over 2 x 2 of 1, 1, 1 and 4
  ["johnson", 7 / 4],
  ["gatys", 7 / 16],
  ["tutorial", 7 / 16],
] as const)("gram by %s has its hand-computed value", (normalisation, value) => {
  expect(valuesOf(builtLoss(gram({ normalisation })), maps)).toEqual([expect.closeTo(value, 6)])
})

test("gram forgets where anything is, and takes maps of other sides", () => {
  const loss = builtLoss(gram())
  const one = [1, 2, -1, 0.5, 3, -2]
  const turned = [-1, 0.5, 3, -2, 1, 2]
  expect(
    valuesOf(loss, () => ({
      output: [tf.tensor4d(one, [1, 3, 1, 2])],
      target: [tf.tensor4d(turned, [1, 1, 3, 2])],
    }))[0],
  ).toBeCloseTo(0, 10)
  expect(
    valuesOf(loss, () => ({
      output: [tf.tensor4d(one, [1, 3, 1, 2])],
      target: [tf.tensor4d([...one, ...one], [1, 3, 2, 2])],
    }))[0],
  ).toBeCloseTo(0, 10)
})

test("losses on features leave no tensor behind", () => {
  const before = tf.memory().numTensors
  for (const loss of [builtLoss(featureMatching()), builtLoss(gram())]) valuesOf(loss, maps)
  expect(tf.memory().numTensors).toBe(before)
})
