import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Dataset, OpenDataset } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"
import { type Asked, type Method, stagesOf } from "../contracts/method.ts"
import { readBatch } from "../play/loader.ts"
import { toTensors } from "../play/toTensors.ts"
import { labelled, paired, unlabelled } from "../testing/pairedImages.ts"
import { evaluationBatch } from "./answering.ts"
import { answeringOf } from "./answerings.ts"
import { blurred, controls, real, trivial } from "./controls.ts"
import { evaluate } from "./evaluate.ts"
import { images, openImages } from "./testing/images.ts"
import { witness } from "./testing/witness.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

type Control = (typeof controls)[number]
const build = (plugin: Control, data: Dataset = paired) =>
  plugin.build({ data }) as Exclude<Method, { answers: "classes" }>
const testBatch = async () => toTensors(await readBatch(labelled.splits.test, [0, 1, 2]))

/** What a control answers to three images. */
async function answerOf(
  plugin: Control,
  dataset: OpenDataset,
  data?: Dataset,
): Promise<(batch: Batch) => tf.Tensor> {
  const answer = await build(plugin, data).answer(dataset, {})
  const asked = (batch: Batch): Asked => ({
    count: Object.values(batch)[0]!.shape[0]!,
    draw: () => {
      throw new Error("never drew in these tests")
    },
  })
  return (batch) => answer(batch, asked(batch))
}

test("controls learn nothing", () => {
  for (const plugin of controls) {
    expect(stagesOf(build(plugin), labelled)).toEqual([])
    expect(stagesOf(build(plugin, images), openImages())).toEqual([])
  }
})

test("they answer what the dataset asks: pairs where it has targets, and samples where it has images alone", () => {
  for (const plugin of controls) {
    expect(build(plugin)).toMatchObject({ answers: "pairs", requires: { input: "image", target: "image" } })
    expect(build(plugin, images)).toMatchObject({ answers: "samples", requires: { image: "image" } })
  }
})

test("of two domains they are asked for translations, and answer with images of the other domain", async () => {
  const fields = { "A.image": "image", "B.image": "image" } as const
  const data: Dataset = { ...paired, fields }
  expect(build(real, data)).toMatchObject({ answers: "translations", requires: fields })
  const batch = await testBatch()
  const answer = await answerOf(real, labelled, data)
  expect(answer(batch).dataSync()).toEqual(batch.target!.dataSync())
})

test("there are controls of pairs, samples and translations, from best to worst, and none where nothing is known", () => {
  const kinds = ["pairs", "samples", "translations", "classes", "picture"] as const
  expect(kinds.map((kind) => answeringOf(kind).controls.map(({ name }) => name))).toEqual([
    ["real", "blurred", "trivial"],
    ["real", "blurred", "trivial"],
    ["real", "blurred", "trivial"],
    [],
    [],
  ])
})

test("real answers with the target", async () => {
  const batch = await testBatch()
  const answer = await answerOf(real, labelled)
  expect(answer(batch).dataSync()).toEqual(batch.target!.dataSync())
})

test("blurred keeps the mean of an image nearly, smooths edges, and leaves a flat image alone", async () => {
  const answer = await answerOf(blurred, labelled)
  const flat = tf.fill([1, 16, 16, 3], 0.25)
  expect(Math.max(...tf.abs(tf.sub(answer({ target: flat }), flat)).dataSync())).toBeLessThan(1e-6)
  const { target } = await testBatch()
  const output = answer({ target: target! })
  const steepest = (image: tf.Tensor) =>
    tf.max(
      tf.abs(
        tf.sub(tf.slice(image, [0, 0, 1, 0], [3, 16, 15, 3]), tf.slice(image, [0, 0, 0, 0], [3, 16, 15, 3])),
      ),
    )
  expect(tf.mean(output).dataSync()[0]).toBeCloseTo(tf.mean(target!).dataSync()[0]!, 2)
  // Between two pixels a step rises by the kernel's central weight: 1 / (1 + 2 e^-2 + 2 e^-8) for sigma 0.5 (16 / 32).
  expect(steepest(output).dataSync()[0]! / steepest(target!).dataSync()[0]!).toBeCloseTo(0.7865, 3)
})

test("trivial answers with the mean colour of each class over the training split", async () => {
  const answer = await answerOf(trivial, labelled)
  const output = answer(await testBatch()).arraySync() as number[][][][]
  // Class 0 is -0.5 everywhere; class 1 is index / 16 + channel / 8 with training indices 0 to 3: mean 1.5 / 16.
  expect(output[0]![0]![0]).toEqual([-0.5, -0.5, -0.5])
  const right = [0, 1, 2].map((c) => expect.closeTo(1.5 / 16 + c / 8, 6))
  expect(output[2]![15]![15]).toEqual(right)
})

test("trivial answers with the mean training image where there are no labels", async () => {
  const answer = await answerOf(trivial, unlabelled)
  const output = answer(await testBatch()).arraySync() as number[][][][]
  expect(output).toHaveLength(3)
  expect(output[1]![3]![15]).toEqual([0, 1, 2].map((c) => expect.closeTo(1.5 / 16 + c / 8, 6)))
})

test("controls leave no tensor but their answer", async () => {
  const batch = await testBatch()
  const answers = await Promise.all(controls.map((plugin) => answerOf(plugin, labelled)))
  const before = tf.memory().numTensors
  for (const answer of answers) answer(batch).dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("of samples the real one is the test image that it is told, and blurred smooths that", async () => {
  const image = (await testBatch()).target!
  const ofReal = await answerOf(real, openImages(), images)
  expect(ofReal({ image }).dataSync()).toEqual(image.dataSync())
  const ofPairs = await answerOf(blurred, labelled)
  const ofSamples = await answerOf(blurred, openImages(), images)
  expect(ofSamples({ image }).dataSync()).toEqual(ofPairs({ target: image }).dataSync())
})

test.each([false, true])(
  "of samples trivial is the mean training image, whatever it is told and asked for (label maps: %s)",
  async (maps) => {
    const answer = await answerOf(trivial, openImages(maps), images)
    const output = answer({ image: tf.zeros([5, 16, 16, 3]) }).arraySync() as number[][][][]
    expect(output).toHaveLength(5)
    expect(output[4]![3]![15]).toEqual([0, 1, 2].map((c) => expect.closeTo(1.5 / 16 + c / 8, 6)))
    expect(output[4]![3]![0]).toEqual([-0.5, -0.5, -0.5])
  },
)

test.each([
  ["pairs", paired, labelled],
  ["samples", images, openImages()],
] as const)("controls of %s are judged like any method, labels included", async (_kind, data, dataset) => {
  const before = tf.memory().numTensors
  for (const plugin of controls) {
    const one = witness()
    await evaluate({
      method: build(plugin, data),
      players: {},
      dataset,
      datasetDigest: "d",
      metrics: [{ metric: one.metric, judges: {} }],
      engine,
      seed: 1,
    })
    const { size } = dataset.splits.test
    expect(size).toBeLessThan(evaluationBatch)
    expect(one.seen.output!.map(({ length }) => length)).toEqual([size * 16 * 16 * 3])
    const { labels, label } = await dataset.splits.test.read([0, 1, 2])
    expect(one.seen.labels).toEqual([Array.from(labels ?? label!)])
  }
  expect(tf.memory().numTensors).toBe(before)
})
