import * as tf from "@saddlepoint/engine/tf"
import { made, within } from "../soundLosses.ts"
import { type Bugs, ofDifference } from "./bug.ts"

const huber = (difference: tf.Tensor, steepness: number) => {
  const size = tf.abs(difference)
  const beyond = tf.relu(tf.sub(size, 1))
  const near = tf.sub(size, beyond)
  return tf.add(tf.div(tf.square(near), 2), tf.mul(beyond, steepness))
}
/** SSIM's defect of luminance, of images of means in [-1, 1]. */
const luminance = (a: tf.Tensor, b: tf.Tensor, constant: number) => {
  const brightness = tf.add(tf.square(tf.add(a, 1)), tf.square(tf.add(b, 1)))
  return tf.div(tf.square(tf.sub(a, b)), tf.add(brightness, constant))
}
const huberFacts = (d: number) => (Math.abs(d) <= 1 ? d ** 2 / 2 : Math.abs(d) - 1 / 2)

export const reconstruction: Bugs = {
  "an offset": {
    broken: ofDifference((d) => tf.add(tf.square(d), 0.1)),
    law: "valueAtTarget",
  },
  "a value that falls below that of the target far from it": {
    broken: ofDifference((d) => tf.mul(tf.square(d), tf.sub(1, tf.div(tf.square(d), 2))), { basin: 0.5 }),
    law: "leastAtTarget",
  },
  "a slope at the target": {
    broken: ofDifference((d) => tf.maximum(tf.mul(d, 0.9), tf.mul(d, -0.1))),
    law: "flatAtTarget",
  },
  "ripples on the way to the target": {
    broken: ofDifference((d) => tf.add(tf.square(d), tf.mul(tf.square(tf.sin(tf.mul(d, Math.PI))), 0.8))),
    law: "towardsTarget",
  },
  "a Huber loss whose linear part is seven times too steep": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => within(huber(tf.sub(output, target), 7)),
      laws: { atTarget: 0, smoothAtTarget: true, constantDifference: huberFacts },
    }),
    law: "constantDifference",
    counterexample: { shape: [1, 1, 1, 1], target: [-0.125], difference: [1.125] },
  },
  "a luminance with the constant of another data range": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => luminance(within(output), within(target), 1e-4),
      laws: {
        atTarget: 0,
        smoothAtTarget: true,
        constantImages: (a, b) => (a - b) ** 2 / ((a + 1) ** 2 + (b + 1) ** 2 + 4e-4),
      },
    }),
    law: "constantImages",
  },
  "a factor of a half": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => tf.div(within(tf.square(tf.sub(output, target))), 2),
      laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
    }),
    law: "constantDifference",
  },
}
