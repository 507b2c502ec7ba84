import * as tf from "@saddlepoint/engine/tf"
import type { Split } from "../contracts/dataset.ts"
import type { Asked } from "../contracts/method.ts"

/**
 * Points that cover less and are less exact than real ones, as a metric of points must notice: those below the mean in their first number are mirrored
 * to above it, and all are moved by normal noise of a tenth of the training points' standard deviation.
 */
export async function worsePoints(train: Split): Promise<(point: tf.Tensor, asked: Asked) => tf.Tensor> {
  const { mean, deviation } = await momentsOf(train)
  const sides = mean.map((_, at) => (at === 0 ? 1 : 0))
  return (point, { draw }) =>
    tf.tidy(() => {
      const noise = tf.mul(draw("noise", point.shape, { kind: "normal" }), deviation / 10)
      const from = tf.sub(point, mean)
      const folded = tf.add(tf.mul(tf.abs(from), sides), tf.mul(from, tf.sub(1, sides)))
      return tf.addN([folded, tf.onesLike(point).mul(mean), noise])
    })
}

/** Mean by dimension, and standard deviation over all of them. */
async function momentsOf(split: Split): Promise<{ readonly mean: number[]; readonly deviation: number }> {
  const { point } = await split.read(Array.from({ length: split.size }, (_, index) => index))
  const size = split.fields.point!.shape[0]!
  const mean = new Array<number>(size).fill(0)
  for (let index = 0; index < point!.length; index++) mean[index % size]! += point![index]! / split.size
  let squares = 0
  for (let index = 0; index < point!.length; index++) squares += (point![index]! - mean[index % size]!) ** 2
  return { mean, deviation: Math.sqrt(squares / point!.length) }
}
