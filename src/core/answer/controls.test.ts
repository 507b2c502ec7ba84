import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { ImageMethod } from "../contracts/method.ts"
import { readBatch } from "../play/loader.ts"
import { toTensors } from "../play/round.ts"
import { labelled, paired, unlabelled } from "../testing/pairedImages.ts"
import { blurred, controls, real, trivial } from "./controls.ts"

beforeAll(() => tf.setBackend("cpu"))

const build = (plugin: (typeof controls)[number]): ImageMethod => plugin.build({ data: paired })
const testBatch = async () => toTensors(await readBatch(labelled.splits.test, [0, 1, 2]))

test("controls learn nothing", () => {
  for (const plugin of controls) expect(build(plugin).stages(labelled)).toEqual([])
})

test("real answers with the target", async () => {
  const batch = await testBatch()
  const answer = await build(real).answer(labelled, {})
  expect(answer(batch).dataSync()).toEqual(batch.target!.dataSync())
})

test("blurred keeps the mean of an image nearly, smooths edges, and leaves a flat image alone", async () => {
  const answer = await build(blurred).answer(labelled, {})
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
  const answer = await build(trivial).answer(labelled, {})
  const output = answer(await testBatch()).arraySync() as number[][][][]
  // Class 0 is -0.5 everywhere; class 1 is index / 16 + channel / 8 with training indices 0 to 3: mean 1.5 / 16.
  expect(output[0]![0]![0]).toEqual([-0.5, -0.5, -0.5])
  const right = [0, 1, 2].map((c) => expect.closeTo(1.5 / 16 + c / 8, 6))
  expect(output[2]![15]![15]).toEqual(right)
})

test("trivial answers with the mean training image where there are no labels", async () => {
  const answer = await build(trivial).answer(unlabelled, {})
  const output = answer(await testBatch()).arraySync() as number[][][][]
  expect(output).toHaveLength(3)
  expect(output[1]![3]![15]).toEqual([0, 1, 2].map((c) => expect.closeTo(1.5 / 16 + c / 8, 6)))
})

test("controls leave no tensor but their answer", async () => {
  const batch = await testBatch()
  const answers = await Promise.all(controls.map((plugin) => build(plugin).answer(labelled, {})))
  const before = tf.memory().numTensors
  for (const answer of answers) answer(batch).dispose()
  expect(tf.memory().numTensors).toBe(before)
})
