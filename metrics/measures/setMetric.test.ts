import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { Judge } from "@saddlepoint/core/contracts/judge"
import type { Measured, MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { domainFeatures } from "../judges/domainFeatures.ts"
import { type JudgingPlayer, tap } from "../judges/tap.ts"
import { stripesDataset } from "../judges/testing/stripes.ts"
import { type FeatureRows, rowReader } from "../maths/features/featureRows.ts"
import { momentsOf } from "../maths/features/moments.ts"
import { type SetMeasure, setMetric } from "./setMetric.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

/** A judge that sees the first pixel, exactly, and how many images have passed through it. */
function judge() {
  let [passes, images] = [0, 0]
  const pixels = tap("first pixel", (batch) => {
    passes++
    images += batch.shape[0]!
    return tf.reshape(tf.slice(batch, [0, 0, 0, 0], [-1, 1, 1, 3]), [-1, 3])
  })
  const player: JudgingPlayer = {
    variables: {},
    state: {},
    apply: () => ({}),
    dispose() {},
    taps: { features: pixels },
  }
  return { ready: { player, digest: "d".repeat(64) }, passes: () => passes, images: () => images }
}

const asked: Judge = {
  seed: 0,
  steps: 1,
  player: "judge",
  stages: () => [],
  task: "to see a pixel",
  exam: () => Promise.reject(new Error("Nobody examines it.")),
}

const outputs = [
  { name: "level", higherIsBetter: false, unit: "", range: [-Number.MAX_VALUE, Number.MAX_VALUE] },
] as const

/** The mean of the first channel over all images. */
const level = (rows: FeatureRows): number => {
  const row = rowReader(rows)
  let sum = 0
  for (let place = 0; place < rows.count; place++) sum += row(place)[0]!
  return sum / rows.count
}

const measure: SetMeasure<{ readonly power: number }> = {
  plugin: "level",
  version: 3,
  outputs,
  options: {},
  slot: { name: "features", default: domainFeatures(), tap: "features" },
  conventions: ({ power }) => ({ power }),
  least: (size) => size,
  reference: (real) => (generated) => ({ level: level(generated) - level(real) }),
}
const alone: SetMeasure<{ readonly power: number }> = {
  ...measure,
  plugin: "levelAlone",
  alone: (generated) => ({ level: level(generated) }),
}
// What is left out is no key.
delete (alone as { reference?: unknown }).reference

/** Images `[count, 16, 16, 3]` of one grey each, normal about 0. */
const greys = (count: number, ...key: (string | number)[]): readonly number[] => {
  const source = stream("grey images", ...key)
  return Array.from({ length: count }, () => 0.2 * source.normal())
}

const batchOf = (values: readonly number[]) =>
  tf.tidy(() =>
    tf.mul(tf.reshape(tf.tensor1d([...values]), [values.length, 1, 1, 1]), tf.ones([1, 16, 16, 3])),
  )

interface World {
  readonly dataset: OpenDataset
  readonly judges: ReturnType<typeof judge>
}

const world = (options: Parameters<typeof stripesDataset>[1] = {}): World => ({
  dataset: stripesDataset({ train: 40, validation: 1, test: 1 }, options),
  judges: judge(),
})

/** Measures images of the given greys, in batches, by several metrics over the same batches. */
async function measured(
  measures: readonly SetMeasure<{ readonly power: number }>[],
  values: readonly number[],
  { dataset, judges }: World,
  batch = 8,
): Promise<Measured[]> {
  const meterings = await Promise.all(
    measures.map((each) =>
      setMetric(each)
        .build({ power: 2, features: asked } as never)
        .begin({ dataset, datasetDigest: "a".repeat(64), judges: { features: judges.ready } }),
    ),
  )
  for (let start = 0; start < values.length; start += batch) {
    const output = batchOf(values.slice(start, start + batch))
    for (const metering of meterings) await metering.update({ output })
    output.dispose()
  }
  return Promise.all(meterings.map((metering) => metering.compute()))
}

test("a measure whose work grows with the pairs takes its real images evenly spread, and says how many", async () => {
  const here = world()
  const [found] = await measured([{ ...measure, mostReal: 4 }], greys(30, "value"), here)
  const { target } = await here.dataset.splits.train.read([0, 10, 20, 30])
  const real = [0, 1, 2, 3].reduce((sum, at) => sum + target![at * 16 * 16 * 3]! / 4, 0)
  const generated = greys(30, "value").reduce((sum, value) => sum + value, 0) / 30
  expect(found!.values.level!).toBeCloseTo(generated - real, 5)
  expect(found!.identity.realImages).toBe(4)
})

test("the value is the measure's, of all generated beside all real training images", async () => {
  const values = greys(30, "value")
  const here = world()
  const [found] = await measured([measure], values, here)
  const { target } = await here.dataset.splits.train.read(Array.from({ length: 40 }, (_, i) => i))
  let real = 0
  for (let at = 0; at < target!.length; at += 16 * 16 * 3) real += target![at]! / 40
  const generated = values.reduce((sum, value) => sum + value, 0) / 30
  expect(Math.abs(found!.values.level! - (generated - real))).toBeLessThan(1e-6)
})

test("metrics of one evaluation share one pass of each image, and real images pass once for a data set", async () => {
  const here = world()
  await measured([measure, { ...measure, plugin: "second" }, alone], greys(24, "shared"), here)
  // 24 generated in 3 batches, 40 real ones in batches of 32.
  expect([here.judges.images(), here.judges.passes()]).toEqual([64, 5])
  await measured([measure], greys(8, "later"), here)
  expect(here.judges.images()).toBe(72)
})

test("metrics of generated images alone read no real image and name none in their identity", async () => {
  const reads: string[] = []
  const here = world({ onRead: (split) => reads.push(split) })
  const [found] = await measured([alone], greys(20, "alone"), here)
  expect(reads).toEqual([])
  expect(Object.keys(found!.identity)).not.toContain("reference")
  expect(Object.keys(found!.identity)).not.toContain("realImages")
})

test("the identity names the judge, its tap, the conventions, the numbers of images and the reference", async () => {
  const [found] = await measured([measure], greys(20, "identity"), world())
  const expected: MetricIdentity = {
    metric: "level",
    version: 3,
    judge: "d".repeat(64),
    task: "to see a pixel",
    tap: "first pixel",
    features: 3,
    values: "-1..1",
    quantisation: "none",
    resize: "none",
    power: 2,
    evaluationSeed: 0,
    images: 20,
    realImages: 40,
    reference: "a".repeat(64),
    referenceSplit: "train",
    dataset: "a".repeat(64),
  }
  expect(found!.identity).toEqual(expected)
})

test("value, noise and identity do not depend on how the images were batched", async () => {
  const values = greys(21, "batches")
  const [whole] = await measured([measure], values, world(), 21)
  for (const batch of [1, 4, 20]) {
    expect((await measured([measure], values, world(), batch))[0]).toEqual(whole)
  }
})

test("evaluation noise is about the standard error of a mean, and 0 where all images are one", async () => {
  const values = greys(400, "noise")
  const [found] = await measured([measure], values, world(), 400)
  const { covariance } = momentsOf({ size: 1, count: 400, blocks: [Float64Array.from(values)] })
  // 20 resamplings: the ratio of variances is chi-squared over 19 degrees of freedom; within a factor of 2 but for 1 in 10^4.
  const ratio = found!.noise!.level! / Math.sqrt(covariance[0]! / 400)
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
  const [same] = await measured([measure], new Array(10).fill(0.25), world())
  expect(same!.noise!.level).toBeCloseTo(0, 14)
})

test("too few images are refused in one sentence", async () => {
  await expect(measured([measure], greys(2, "few"), world())).rejects.toThrow(
    "Expected at least 3 generated images for level over 3 features, but got 2; judge more images or use fewer features.",
  )
})

test("a judge that lacks the tap, and a data set without training images, are refused in one sentence", async () => {
  const logits = { ...measure, slot: { ...measure.slot, tap: "logits" as const } }
  await expect(measured([logits], [], world())).rejects.toThrow(
    "Expected a judge that gives logits for level, but it gives features; choose another judge.",
  )
  const empty = { ...world(), dataset: stripesDataset({ train: 0, validation: 1, test: 1 }) }
  await expect(measured([measure], [], empty)).rejects.toThrow(
    "Expected real training images as the reference of level, but the training split is empty.",
  )
})

test("no tensor is left behind", async () => {
  const here = world()
  await measured([measure, alone], greys(20, "tensors"), here)
  const before = tf.memory().numTensors
  await measured([measure, alone], greys(20, "tensors"), world())
  expect(tf.memory().numTensors).toBe(before)
})
