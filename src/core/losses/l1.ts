import * as tf from "@saddlepoint/engine/tf"
import { loss } from "./define.ts"
import { meanOverDifferences } from "./meanOverDifferences.ts"

/**
 * Mean absolute difference, `mean |output - target|` (pix2pix: weight 100).
 *
 * |d| is written as relu(d) + relu(-d), so that the gradient at d = 0 is 0 as in PyTorch; that of `tf.abs` is -1.
 */
export const l1 = loss("reconstruction", {
  name: "l1",
  version: 1,
  learner({ output, target }) {
    const difference = tf.sub(output, target)
    return tf.mean(tf.add(tf.relu(difference), tf.relu(tf.neg(difference))), [1, 2, 3])
  },
  laws: {
    atTarget: 0,
    smoothAtTarget: false,
    constantDifference: Math.abs,
    definition: meanOverDifferences(Math.abs),
  },
})
