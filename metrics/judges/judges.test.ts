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
import { stackedClassifierPlugin } from "./stackedClassifier.ts"
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
  const outputs = player.apply({ image: images }, "evaluate")
  expect(outputs.features!.shape).toEqual([2, 4])
  tf.dispose([images, { ...outputs }])
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

test("a trained segmenter passes its exam on images that it was not trained on, an untrained one is below its bar", async () => {
  const read = new Set<string>()
  const dataset = stripesDataset(sizes, { onRead: (split) => read.add(split) })
  const judge = segmenterPlugin.build({ steps: 60, seed: 1, width: 6 })
  const { player } = await trained(judge, dataset)
  read.clear()
  const before = tf.memory().numTensors
  const exam = await judge.exam(player, dataset)
  expect(tf.memory().numTensors).toBe(before)
  expect([...read]).toEqual(["test"])
  expect(exam).toMatchObject({ score: "accuracy of the classes of pixels", images: 40, split: "test" })
  expect(exam.chance).toBeCloseTo(0.5, 1)
  expect(exam.atLeast).toBeCloseTo(exam.chance + (1 - exam.chance) / 8, 12)
  expect(exam.value).toBeGreaterThan(0.9)
  expect(await judge.exam(player, dataset)).toEqual(exam)
  player.dispose()
  const fresh = judge.stages(dataset)[0]!.play({ seed: 1, carried: {}, steps: 1 }).players.segmenter!
  const guess = await judge.exam(fresh, dataset)
  expect(guess.value).toBeLessThan(guess.atLeast)
  fresh.dispose()
})

test("features are examined in what was done to images, a classifier in their classes, at the bar that is asked for", async () => {
  const counts = { train: 40, validation: 50, test: 40 }
  const features = domainFeaturesPlugin.build({ steps: 80, seed: 3, width: 4 })
  const classifier = domainClassifierPlugin.build({ steps: 40, seed: 3, width: 4, size: 6, atLeast: 0.9 })
  for (const [judge, dataset, expected] of [
    [
      features,
      stripesDataset(counts),
      { score: "accuracy of what was done to images", chance: 0.25, atLeast: 0.34375 },
    ],
    [classifier, greyBars(counts), { score: "accuracy of the classes of images", chance: 0.5, atLeast: 0.9 }],
  ] as const) {
    const { player } = await trained(judge, dataset)
    const before = tf.memory().numTensors
    const exam = await judge.exam(player, dataset)
    expect(tf.memory().numTensors).toBe(before)
    expect(exam).toMatchObject({ ...expected, images: 50, split: "validation" })
    expect(exam.value).toBeGreaterThan(exam.atLeast)
    player.dispose()
  }
})

test("few test images change how many features are given, not what is learnt", async () => {
  const digest = async (test: number) => {
    const judge = domainFeaturesPlugin.build({ steps: 3, seed: 1, width: 2 })
    const { outcome, player } = await trained(judge, stripesDataset({ ...sizes, test }))
    const { "features/projection": _, ...learnt } = weightsOf(outcome.players)
    player.dispose()
    return weightsDigest(learnt)
  }
  expect(await digest(40)).toBe(await digest(320))
})

test("features are standardised: over the images of training each has about mean 0 and deviation 1", async () => {
  const dataset = stripesDataset({ ...sizes, test: 320 }, { labels: false })
  const judge = domainFeaturesPlugin.build({ steps: 80, seed: 3, width: 4 })
  const { player } = await trained(judge, dataset)
  const data = await judge.stages(dataset)[0]!.data({})
  const split = data as Split
  const { image } = await readBatch(
    split,
    Array.from({ length: split.size }, (_, index) => index),
  )
  const spread = tf.tidy(() => {
    const { features } = player.apply({ image: tf.tensor(image!.values, [...image!.shape]) }, "evaluate")
    const { mean, variance } = tf.moments(features!, 0)
    return tf.stack([tf.mean(tf.abs(mean)), tf.mean(tf.sqrt(variance))])
  })
  const [mean, deviation] = await spread.data()
  expect(mean).toBeLessThan(0.3)
  expect(deviation).toBeGreaterThan(0.6)
  expect(deviation).toBeLessThan(1.4)
  spread.dispose()
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

test("a classifier of stacked images tells the class of each colour, and its logits are of the combinations", async () => {
  const { splits, classes } = greyBars(sizes)
  const each = classes!.length
  const source = splits.train
  // Red is the image, green the one before it, blue the first.
  const stackedSplit = {
    size: source.size,
    fields: {
      image: { ...source.fields.image!, shape: [...source.fields.image!.shape.slice(0, 2), 3] },
      label: source.fields.label!,
    },
    async read(indices: readonly number[]) {
      const parts = await source.read(indices.flatMap((at) => [at, Math.max(0, at - 1), 0]))
      const pixels = parts.image!.length / parts.label!.length
      const image = new Float32Array(indices.length * pixels * 3)
      for (let at = 0; at < indices.length; at++)
        for (let c = 0; c < 3; c++)
          for (let p = 0; p < pixels; p++)
            image[(at * pixels + p) * 3 + c] = parts.image![(at * 3 + c) * pixels + p]!
      const label = Int32Array.from(indices, (_, at) =>
        [0, 1, 2].reduce((told, c) => told * each + parts.label![at * 3 + c]!, 0),
      )
      return { image, label }
    },
  } as unknown as Split
  const dataset = {
    splits: { train: stackedSplit, validation: stackedSplit, test: stackedSplit },
    classes: Array.from({ length: each ** 3 }, (_, at) => `stack ${at}`),
  }
  const judge = stackedClassifierPlugin.build({ steps: 120, seed: 3, width: 4 })
  const { losses, player } = await trained(judge, dataset as never)
  expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!)
  const exam = await judge.exam!(player, dataset as never)
  expect(exam.value).toBeGreaterThan(0.9)
  player.dispose()
})
