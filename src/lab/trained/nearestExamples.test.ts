import type { Engine } from "@saddlepoint/engine"
import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { flatDataset, standInTrained } from "../testing/standInTrained.ts"
import { nearestExamples } from "./nearestExamples.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const flat = (values: readonly number[]) => ({
  values: Float32Array.from({ length: 4 * values.length }, (_, at) => values[at >> 2]!),
  shape: [values.length, 2, 2, 1] as const,
})
/** Real images that are evenly spread, some of them held out. */
const train = Array.from({ length: 300 }, (_, i) => -1 + i / 150)
const heldOut = Array.from({ length: 100 }, (_, i) => -0.998 + i / 50.5)
const dataset = flatDataset(train, heldOut)

test("distances by pixels are root mean squares, to the nearest examples of training", async () => {
  const before = tf.memory().numTensors
  const trained = standInTrained({ dataset: flatDataset([0.5, -0.5, 0.25], [0.3, 1]) })
  const [found, ...others] = await nearestExamples(trained, flat([0.4, -1]), 2)
  expect(others).toEqual([])
  expect(found!.nearest.map((own) => own.map(({ place }) => place))).toEqual([
    [0, 2],
    [1, 2],
  ])
  const distances = found!.nearest.flatMap((own) => own.map(({ distance }) => distance))
  for (const [at, wanted] of [0.1, 0.15, 0.5, 1.25].entries()) expect(distances[at]).toBeCloseTo(wanted, 6)
  expect(found!.samples).toBeCloseTo(0.3, 6)
  expect(found!.heldOut).toBeCloseTo((0.05 + 0.5) / 2, 6)
  expect(tf.memory().numTensors).toBe(before)
})

test("a generator that repeats training examples is nearer than real images are, one that does not is as near", async () => {
  const trained = standInTrained({ dataset })
  const [copies] = await nearestExamples(trained, flat(train.slice(0, 50)), 1)
  const [fresh] = await nearestExamples(trained, flat(heldOut.map((value) => value + 1e-5).slice(20, 70)), 1)
  expect(copies).toMatchObject({ samples: 0, nearer: 1, asked: 100 })
  expect(fresh!.nearer).toBeLessThan(0.2)
  expect(fresh!.samples / fresh!.heldOut).toBeGreaterThan(0.8)
})

test("the features of a judge are asked too, and disposed of", async () => {
  let disposed = 0
  const features = async () => ({
    ...{ judge: "domainFeatures", description: "", quantisation: "none", resize: "none" },
    // Of images as bright, and as dark, they are the same.
    rows: async (images: tf.Tensor) =>
      (await tf.tidy(() => tf.abs(tf.mean(images, [1, 2]))).data()) as Float32Array,
    dispose: () => {
      disposed += 1
    },
  })
  const trained = standInTrained({ dataset: flatDataset([0.5, -0.1], [0.3]), features })
  const [byPixels, byFeatures] = await nearestExamples(trained, flat([-0.5]), 1)
  expect(byPixels!.nearest[0]![0]!.place).toBe(1)
  expect(byFeatures).toMatchObject({ by: "domainFeatures", nearest: [[{ place: 0, distance: 0 }]] })
  expect(disposed).toBe(1)
})

test("without test examples there is no yardstick, which is a sentence", async () => {
  const trained = standInTrained({ dataset: flatDataset([0.5], []) })
  await expect(nearestExamples(trained, flat([0]), 1)).rejects.toThrow(
    "Expected test examples to compare the samples of abcd with, but there are none; ask without neighbours.",
  )
})
