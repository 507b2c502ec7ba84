import type { Split } from "@saddlepoint/core/contracts/dataset"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { type LoaderOf, readBatch, withStreams } from "@saddlepoint/core/play/loader"
import { train } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { domainClassifierPlugin } from "./domainClassifier.ts"
import { domainFeaturesPlugin, featureSize } from "./domainFeatures.ts"
import { segmenterPlugin } from "./segmenter.ts"
import { greyBars } from "./testing/greyBars.ts"
import { stripesDataset } from "./testing/stripes.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const sizes = { train: 24, validation: 4, test: 40 }

/** Plays a judge's game on its data, in the order of the data. */
async function trained(judge: TrainedJudge, dataset = stripesDataset(sizes)) {
  const losses: number[] = []
  const outcome = await train({
    stages: judge.stages(dataset),
    seed: judge.seed,
    steps: judge.steps,
    engine,
    openLoader: withStreams(({ split, batch }: LoaderOf<Split>) => ({
      next: (step) =>
        readBatch(
          split,
          Array.from({ length: batch }, (_, i) => (7 * (step * batch + i)) % split.size),
        ),
      close: () => {},
    })),
    onStep: (report) => losses.push(Object.values(report.losses).at(-1)!),
  })
  return { outcome, losses, player: outcome.players[judge.player]! }
}

test("features are trained without the test split, and without labels", async () => {
  const read = new Set<string>()
  const dataset = stripesDataset(sizes, { labels: false, onRead: (split) => read.add(split) })
  const before = tf.memory().numTensors
  const judge = domainFeaturesPlugin.build({ steps: 12, seed: 3, width: 4 })
  const { outcome, losses, player } = await trained(judge, dataset)
  expect(outcome.status).toBe("completed")
  expect(losses).toHaveLength(12)
  expect([...read]).toEqual(["train"])
  // 40 test images allow 4 features.
  const images = tf.zeros([2, 16, 16, 3])
  const { features } = player.apply({ image: images }, "evaluate")
  expect(features!.shape).toEqual([2, 4])
  tf.dispose([images, features!])
  player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("features and a classifier are trained on samples: images without targets", async () => {
  const dataset = greyBars(sizes)
  for (const [judge, size] of [
    [domainFeaturesPlugin.build({ steps: 2, seed: 3, width: 2 }), 4],
    [domainClassifierPlugin.build({ steps: 2, seed: 3, width: 2, size: 5 }), 5],
  ] as const) {
    const before = tf.memory().numTensors
    const { outcome, player } = await trained(judge, dataset)
    expect(outcome.status).toBe("completed")
    const image = tf.zeros([2, 28, 28, 1])
    const outputs = player.apply({ image }, "evaluate")
    expect(outputs.features!.shape).toEqual([2, size])
    if (judge.player === "classifier") expect(outputs.classLogits!.shape).toEqual([2, 2])
    tf.dispose([image, { ...outputs }])
    player.dispose()
    expect(tf.memory().numTensors).toBe(before)
  }
})

test("a segmenter learns to tell two textures of one mean colour, pixel by pixel", async () => {
  const judge = segmenterPlugin.build({ steps: 60, seed: 1, width: 6 })
  const dataset = stripesDataset(sizes)
  const { player } = await trained(judge, dataset)
  const { target, labels } = await readBatch(dataset.splits.test, [0, 1, 2, 3, 4, 5, 6, 7])
  const right = tf.tidy(() => {
    const image = tf.tensor(target!.values, [8, 16, 16, 3], "float32")
    const { classLogits } = player.apply({ image }, "evaluate")
    expect(classLogits!.shape).toEqual([8, 16, 16, 2])
    const truth = tf.tensor(labels!.values, [8, 16, 16], "int32")
    return tf.mean(tf.cast(tf.equal(tf.argMax(classLogits!, -1), truth), "float32"))
  })
  // One class for every pixel would be right for at most about 0.75 of an image.
  expect((await right.data())[0]).toBeGreaterThan(0.9)
  right.dispose()
  player.dispose()
})

test("a judge is a pure function of its seed", async () => {
  const digest = async (seed: number) => {
    const { outcome, player } = await trained(segmenterPlugin.build({ steps: 3, seed, width: 2 }))
    const hash = weightsDigest(weightsOf(outcome.players))
    player.dispose()
    return hash
  }
  const first = await digest(1)
  expect(await digest(1)).toBe(first)
  expect(await digest(2)).not.toBe(first)
})

test("sides that are odd keep their size", () => {
  const stage = segmenterPlugin.build({ steps: 1, seed: 0, width: 2 }).stages(stripesDataset(sizes))[0]!
  const { players } = stage.play({ seed: 0, carried: {}, steps: 1 })
  const images = tf.zeros([1, 15, 18, 3])
  const { classLogits } = players.segmenter!.apply({ image: images }, "evaluate")
  expect(classLogits!.shape).toEqual([1, 15, 18, 2])
  tf.dispose([images, classLogits!])
  players.segmenter!.dispose()
})

test("more than one feature per ten test images is refused in one sentence", () => {
  expect(featureSize(undefined, 320)).toBe(32)
  expect(featureSize(undefined, 5000)).toBe(32)
  expect(featureSize(undefined, 106)).toBe(10)
  expect(featureSize(64, 640)).toBe(64)
  expect(() => featureSize(33, 320)).toThrow(
    "Expected at most one feature per 10 test images (32 for 320), but got 33; use fewer features (size) or more test images.",
  )
  expect(() => featureSize(undefined, 9)).toThrow(
    "Expected at most one feature per 10 test images (0 for 9), but got no room for one; use fewer features (size) or more test images.",
  )
})

test("a segmenter on a dataset without labels is refused in one sentence", () => {
  const judge = segmenterPlugin.build({ steps: 1, seed: 0, width: 2 })
  expect(() => judge.stages(stripesDataset(sizes, { labels: false }))).toThrow(
    "Expected a dataset with label maps to train the judge segmenter, but it has none; leave labelConsistency out, or use a dataset with labels.",
  )
})
