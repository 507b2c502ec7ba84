import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { ClassMetric } from "@saddlepoint/core/contracts/metric"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { proxyADistancePlugin } from "./proxyADistance.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const count = 200
const dataset = { classes: ["a", "b"] } as unknown as OpenDataset

interface Drawn {
  readonly name: string
  /** Added to the upper left quarter of an image, and to the first logit. */
  readonly image?: number
  readonly logit?: number
  readonly shape?: readonly [number, number, number]
}

function drawn({ name, image = 0, logit = 0, shape = [10, 10, 1] }: Drawn) {
  const source = stream("proxyADistance metric", name)
  const [height, width, channels] = shape
  const pixels = Float32Array.from({ length: count * height * width * channels }, (_, at) => {
    const [row, column] = [Math.floor(at / (width * channels)) % height, Math.floor(at / channels) % width]
    return 0.3 * source.normal() + (2 * row < height && 2 * column < width ? image : 0)
  })
  const logits = Float32Array.from(
    { length: 2 * count },
    (_, at) => source.normal() + (at % 2 === 0 ? logit : 0),
  )
  return { image: tf.tensor4d(pixels, [count, ...shape]), output: tf.tensor2d(logits, [count, 2]) }
}

async function measured(source: Drawn, target: Drawn) {
  const metric: ClassMetric = proxyADistancePlugin.build({})
  const metering = await metric.begin({ dataset, datasetDigest: "d", judges: {} })
  for (const [domain, given] of Object.entries({ source, target })) {
    const batch = drawn(given)
    await metering.update({ domain: domain as "source" | "target", ...batch })
    tf.dispose([batch.image, batch.output])
  }
  return metering.compute()
}

test("images and answers are told apart each by itself: 2 where they differ, about 0 where they do not", async () => {
  const alike = await measured({ name: "s" }, { name: "t" })
  // 200 held-out rows: at chance, 2 (1 - 2 e) has a deviation of 0.14.
  expect(Math.abs(alike.values.imageDistance!)).toBeLessThan(0.5)
  expect(Math.abs(alike.values.answerDistance!)).toBeLessThan(0.5)
  const images = await measured({ name: "s" }, { name: "t", image: 1 })
  expect(images.values.imageDistance).toBe(2)
  expect(images.values.answerDistance).toBe(alike.values.answerDistance)
  const answers = await measured({ name: "s" }, { name: "t", logit: 20 })
  expect(answers.values.answerDistance).toBe(2)
  expect(answers.values.imageDistance).toBe(alike.values.imageDistance)
})

test("images of another size are seen on the same grid, each channel by itself", async () => {
  const shape = [28, 20, 3] as const
  const { values, identity } = await measured({ name: "s", shape }, { name: "t", image: 1, shape })
  expect(values.imageDistance).toBe(2)
  expect(identity).toMatchObject({ imageFeatures: 8 * 8 * 3, answerFeatures: 2, trainRows: count })
  const small = await measured({ name: "s", shape: [5, 4, 1] }, { name: "t", shape: [5, 4, 1] })
  expect(small.identity.imageFeatures).toBe(5 * 4)
})

test("a domain without images is refused in one sentence", async () => {
  const metering = await proxyADistancePlugin.build({}).begin({ dataset, datasetDigest: "d", judges: {} })
  const batch = drawn({ name: "t" })
  await metering.update({ domain: "target", ...batch })
  await expect(metering.compute()).rejects.toThrow(
    "Expected at least 1 source image to judge for proxyADistance, but got 0; the test split is empty.",
  )
  tf.dispose([batch.image, batch.output])
})
