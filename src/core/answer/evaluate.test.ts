import { openEngine } from "@saddlepoint/engine"
import { currentStep } from "@saddlepoint/engine/ambient"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { OpenDataset, Split } from "../contracts/dataset.ts"
import type { ImageMethod } from "../contracts/method.ts"
import type { ImageMetric } from "../contracts/metric.ts"
import { evaluate, evaluationBatch } from "./evaluate.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

/** Examples of one pixel that know their index. */
const numbered = (size: number): Split => ({
  size,
  fields: {
    input: { shape: [1], dtype: "float32", range: [0, size] },
    target: { shape: [1], dtype: "float32", range: [0, size] },
  },
  read: async (indices) => ({ input: Float32Array.from(indices), target: Float32Array.from(indices) }),
})
const size = 2 * evaluationBatch + 3
const dataset: OpenDataset = { splits: { train: numbered(1), validation: numbered(1), test: numbered(size) } }

const method = (answer: (input: tf.Tensor) => tf.Tensor): ImageMethod => ({
  requires: "paired",
  data: {} as ImageMethod["data"],
  stages: () => [],
  answer:
    async () =>
    ({ input }) =>
      answer(input!),
})

/** A metric that writes down what it sees. */
function witness() {
  const seen: number[] = []
  const outputs: number[] = []
  const metric: ImageMetric = {
    name: "witness",
    outputs: [],
    judged: "images",
    needsLabels: false,
    judges: {},
    begin: async () => ({
      async update({ target, output }) {
        seen.push(...target.dataSync())
        outputs.push(...output.dataSync())
      },
      compute: async () => ({ values: { count: seen.length }, identity: { metric: "witness" } }),
      dispose() {},
    }),
  }
  return { seen, outputs, metric }
}

const judge = (parts: { method: ImageMethod; metric: ImageMetric; seed?: number }) =>
  evaluate({
    method: parts.method,
    players: {},
    dataset,
    datasetDigest: "d",
    metrics: [{ metric: parts.metric, judges: {} }],
    engine,
    seed: parts.seed ?? 1,
  })

test("every test example is judged once, in order, and the last batch may be short", async () => {
  const { seen, outputs, metric } = witness()
  const results = await judge({ method: method((input) => tf.mul(input, 2)), metric })
  expect(seen).toEqual(Array.from({ length: size }, (_, index) => index))
  expect(outputs).toEqual(seen.map((value) => 2 * value))
  expect(results).toEqual({ count: { value: size, identity: { metric: "witness" } } })
})

test("randomness at test time comes from the trial's seed and differs from batch to batch", async () => {
  const noise = method((input) => currentStep()!.random("noise", input.shape, { kind: "uniform" }))
  const draw = async (seed: number) => {
    const { outputs, metric } = witness()
    await judge({ method: noise, metric, seed })
    return outputs
  }
  const first = await draw(1)
  expect(await draw(1)).toEqual(first)
  expect(await draw(2)).not.toEqual(first)
  expect(first.slice(0, 3)).not.toEqual(first.slice(evaluationBatch, evaluationBatch + 3))
})

test("no tensor is left behind", async () => {
  const before = tf.memory().numTensors
  await judge({ method: method((input) => tf.add(input, 1)), metric: witness().metric })
  expect(tf.memory().numTensors).toBe(before)
})
