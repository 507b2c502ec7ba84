import * as tf from "@saddlepoint/engine/tf"
import { batches, channels, evenly, extremes, pixels, shapeOf, sides, weights } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

const units = 2

const images = (name: string): Input => ({
  name,
  shape: (shape) => shape,
  values: pixels,
  spread: evenly(64, 1),
  extremes: pixels,
  range: [-1, 1],
  learning: [],
})

/**
 * Small images and the parameters of a smooth critic, `softplus(h1) + softplus(h2) / 2` of two sums `h` over an image: it learns
 * through its parameters, to second order, and its gradient is 0 where they are.
 */
export const critic: RoleExamples<"critic"> = {
  shapes: (_loss, leastBatch) => shapeOf(batches(leastBatch), sides(), sides(), channels),
  inputs: () => [
    images("real"),
    images("fake"),
    {
      name: "weights",
      shape: ([, ...sides]) => [sides.reduce((product, side) => product * side, 1), units],
      values: weights,
      spread: evenly(64, 1),
      extremes: extremes(20),
      shared: true,
      learning: both,
    },
  ],
  see: ({ real, fake, weights: parameters }) => ({
    real: real!,
    fake: fake!,
    score(seen) {
      const rows = tf.reshape(seen, [seen.shape[0]!, -1]) as tf.Tensor2D
      const hidden = tf.softplus(tf.matMul(rows, parameters as tf.Tensor2D))
      return tf.matMul(hidden as tf.Tensor2D, tf.tensor2d([1, 0.5], [units, 1]))
    },
  }),
}
