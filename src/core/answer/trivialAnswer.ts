import * as tf from "@saddlepoint/engine/tf"
import { type OpenDataset, realImages, type Split } from "../contracts/dataset.ts"
import type { Answer } from "../contracts/method.ts"

/**
 * The mean of the training points, or of the real training images: by class and channel where targets have label maps, otherwise by position and
 * channel. Sums are float64, in order of index.
 */
export async function trivialAnswer(dataset: OpenDataset): Promise<Answer> {
  const { train } = dataset.splits
  if (train.fields.point !== undefined) return meanExample(train, "point")
  const { split, field } = realImages(dataset)
  // Nobody is told the label map of a sample.
  const maps = field === "target" && split.fields.labels !== undefined
  return maps && dataset.classes !== undefined
    ? classMeans(split, field, dataset.classes.length)
    : meanExample(split, field)
}

async function classMeans(train: Split, field: string, classes: number): Promise<Answer> {
  const channels = train.fields[field]!.shape[2]!
  const sums = new Float64Array(classes * channels)
  const counts = new Float64Array(classes)
  for (let index = 0; index < train.size; index++) {
    const { labels, ...read } = await train.read([index])
    const image = read[field]!
    for (let pixel = 0; pixel < labels!.length; pixel++) {
      const label = labels![pixel]!
      counts[label]! += 1
      for (let c = 0; c < channels; c++) sums[label * channels + c]! += image[pixel * channels + c]!
    }
  }
  const means = Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / channels)]!))
  return ({ labels }) =>
    tf.tidy(() => {
      const members = tf.cast(tf.oneHot(tf.reshape(labels!, [-1]), classes), "float32")
      return tf.reshape(tf.matMul(members, tf.tensor(means, [classes, channels])), [
        ...labels!.shape,
        channels,
      ])
    })
}

async function meanExample(train: Split, field: string): Promise<Answer> {
  const { shape } = train.fields[field]!
  const sums = new Float64Array(shape.reduce((product, side) => product * side, 1))
  for (let index = 0; index < train.size; index++) {
    const image = (await train.read([index]))[field]!
    for (let i = 0; i < sums.length; i++) sums[i]! += image[i]!
  }
  const mean = Float32Array.from(sums, (sum) => sum / train.size)
  return (_batch, { count }) =>
    tf.tidy(() => tf.tile(tf.tensor(mean, [1, ...shape]), [count, ...shape.map(() => 1)]))
}
