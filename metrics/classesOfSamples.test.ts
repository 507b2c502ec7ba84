import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { ImageMetric, MetricWorld } from "@saddlepoint/core/contracts/metric"
import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { askedClassPlugin } from "./askedClass.ts"
import { classCoveragePlugin } from "./classCoverage.ts"
import { tap } from "./judges/tap.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

/** Images of one pixel, whose class is 0, 1 or 2 for -1, 0 and 1; half of the real ones are of class 0, a quarter of each other. */
const pixels = [-1, -1, 0, 1]
const split = {
  size: 4,
  fields: { image: { shape: [1, 1, 1], dtype: "float32", range: [-1, 1] } },
  read: async (indices: readonly number[]) => ({ image: Float32Array.from(indices, (at) => pixels[at]!) }),
} as unknown as Split
const judge = {
  digest: "j".repeat(64),
  player: {
    taps: {
      logits: tap("pixel", (images) =>
        tf.oneHot(tf.cast(tf.add(tf.reshape(images, [-1]), 1), "int32"), 3).toFloat(),
      ),
    },
  },
}
const world = {
  dataset: { splits: { train: split, validation: split, test: split }, classes: ["a", "b", "c"] },
  datasetDigest: "d".repeat(64),
  judges: { classifier: judge },
} as unknown as MetricWorld & { readonly dataset: OpenDataset }
const classifier = { task: "pixels" }
const images = (values: readonly number[]) => tf.tensor4d([...values], [values.length, 1, 1, 1])

async function judged(metric: ImageMetric, values: readonly number[], labels?: readonly number[]) {
  const metering = await metric.begin(world)
  const told = labels === undefined ? {} : { labels: tf.tensor1d([...labels], "int32") }
  await metering.update({ output: images(values), ...told })
  return (await metering.compute()).values
}

test("classCoverage counts the classes found and compares their shares with those of real images", async () => {
  const metric = classCoveragePlugin.build({ classifier })
  expect(await judged(metric, [-1, 1, 0, -1])).toEqual({ classes: 3, classKl: 0 })
  expect(await judged(metric, [0, 0])).toEqual({ classes: 1, classKl: Math.log(1 / 0.25) })
})

test("askedClass is the share of images that are of the class that was asked for", async () => {
  const metric = askedClassPlugin.build({ classifier })
  expect(await judged(metric, [-1, 1, 0, -1], [0, 2, 2, 1])).toEqual({ askedClass: 0.5 })
  await expect(judged(metric, [-1, 1])).rejects.toThrow(
    /^Expected a class that was asked for with every image/,
  )
})
