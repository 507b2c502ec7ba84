import * as tf from "@saddlepoint/engine/tf"
import { reconstructionLoss } from "./define.ts"

/** Mean squared difference, `mean (output - target)^2`, without a factor 1/2. */
export const l2 = reconstructionLoss({
  name: "l2",
  version: 1,
  compute: (output, target) => tf.mean(tf.square(tf.sub(output, target)), [1, 2, 3]),
  laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (difference) => difference ** 2 },
})

export const l2Plugin = l2.plugin
