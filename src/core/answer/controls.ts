import * as tf from "@saddlepoint/engine/tf"
import type { Dataset, OpenDataset } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"
import type { ImageMethod } from "../contracts/method.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { trivialAnswer } from "./trivialAnswer.ts"

type Answer = (batch: Batch) => tf.Tensor

/**
 * Controls learn nothing. They answer with images of known quality, so that every metric shows its ceiling, its floor
 * and whether it tells good from bad on this dataset.
 */
function control(
  name: string,
  answer: (dataset: OpenDataset) => Promise<Answer>,
): Plugin<"method", ImageMethod> {
  return {
    kind: "method",
    name,
    version: 1,
    options: {},
    slots: { data: { kind: "dataset" } },
    build: ({ data }: { readonly data: Dataset }) => ({
      requires: "paired",
      data,
      stages: () => [],
      answer,
    }),
  }
}

/** Answers with the real target: the ceiling of every metric. */
export const real = control("real", async () => (batch) => tf.clone(batch.target!))

/** Answers with the real target blurred by a Gaussian whose standard deviation is 1/32 of the side (2 px at 64 px). */
export const blurred = control("blurred", async (dataset) => {
  const { shape } = dataset.splits.test.fields.target!
  const sigma = Math.max(shape[0]!, shape[1]!) / 32
  return (batch) => tf.tidy(() => blur(batch.target as tf.Tensor4D, sigma))
})

/** Answers without looking at detail: the mean colour of each class (or of each pixel, without labels) in the training split. */
export const trivial = control("trivial", trivialAnswer)

/** The three controls, from best to worst. */
export const controls: readonly Plugin<"method", ImageMethod>[] = [real, blurred, trivial]

/** Separable Gaussian blur with reflected borders, cut at three standard deviations. */
function blur(images: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const channels = images.shape[3]
  const radius = Math.ceil(3 * sigma)
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const kernel = tf.tile(tf.tensor(weights.map((weight) => weight / sum)).reshape([-1, 1, 1]), [
    1,
    channels,
    1,
  ])
  const length = weights.length
  const padded = tf.mirrorPad(
    images,
    [
      [0, 0],
      [radius, radius],
      [radius, radius],
      [0, 0],
    ],
    "reflect",
  )
  const rows = tf.depthwiseConv2d(padded, kernel.reshape([length, 1, channels, 1]) as tf.Tensor4D, 1, "valid")
  return tf.depthwiseConv2d(rows, kernel.reshape([1, length, channels, 1]) as tf.Tensor4D, 1, "valid")
}
