import * as tf from "@saddlepoint/engine/tf"
import type { OpenDataset, Split } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"

/**
 * The mean target of the training split: by class and channel where there are label maps, otherwise by position and
 * channel. Sums are float64, in order of index.
 */
export async function trivialAnswer(dataset: OpenDataset): Promise<(batch: Batch) => tf.Tensor> {
  const { train } = dataset.splits
  return dataset.classes === undefined ? meanImage(train) : classMeans(train, dataset.classes.length)
}

async function classMeans(train: Split, classes: number): Promise<(batch: Batch) => tf.Tensor> {
  const channels = train.fields.target!.shape[2]!
  const sums = new Float64Array(classes * channels)
  const counts = new Float64Array(classes)
  for (let index = 0; index < train.size; index++) {
    const { target, labels } = await train.read([index])
    for (let pixel = 0; pixel < labels!.length; pixel++) {
      const label = labels![pixel]!
      counts[label]! += 1
      for (let c = 0; c < channels; c++) sums[label * channels + c]! += target![pixel * channels + c]!
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

async function meanImage(train: Split): Promise<(batch: Batch) => tf.Tensor> {
  const { shape } = train.fields.target!
  const sums = new Float64Array(shape.reduce((product, side) => product * side, 1))
  for (let index = 0; index < train.size; index++) {
    const { target } = await train.read([index])
    for (let i = 0; i < sums.length; i++) sums[i]! += target![i]!
  }
  const mean = Float32Array.from(sums, (sum) => sum / train.size)
  return ({ target }) => tf.tidy(() => tf.tile(tf.tensor(mean, [1, ...shape]), [target!.shape[0]!, 1, 1, 1]))
}
