import * as tf from "@saddlepoint/engine/tf"
import { made } from "../soundLosses.ts"
import { type Bugs, detached } from "./bug.ts"

const ofGaussian = (
  side: (mean: tf.Tensor, logVariance: tf.Tensor) => tf.Tensor,
  laws: { readonly constant?: (value: number) => number } = {},
) =>
  made("regulariser", "broken", {
    learner: ({ values: { mean, logVariance } }) => side(mean!, logVariance!),
    laws: { values: { mean: [2], logVariance: [2] }, least: 0, ...laws },
  })

export const regulariser: Bugs = {
  "a value below the least": {
    broken: ofGaussian((mean, logVariance) =>
      tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 2)), 1),
    ),
    law: "least",
  },
  "a half that is missing": {
    broken: ofGaussian(
      (mean, logVariance) =>
        tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 1),
      { constant: (value) => Math.exp(value) + value ** 2 - value - 1 },
    ),
    law: "constantValue",
  },
  "a mean that is held constant": {
    broken: ofGaussian((mean, logVariance) =>
      tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(detached(mean))), tf.add(logVariance, 1)), 1),
    ),
    law: "gradient",
  },
}
