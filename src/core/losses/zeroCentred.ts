import * as tf from "@saddlepoint/engine/tf"

/**
 * Squared norm of the slope of a critic's scores at some examples, `[batch]`: the norm is over all values of an example, and scores of several
 * positions are summed.
 */
export function squaredSlope(score: (examples: tf.Tensor) => tf.Tensor, examples: tf.Tensor): tf.Tensor {
  const slopes = tf.grad((x) => tf.sum(score(x)))(examples)
  return tf.sum(tf.square(tf.reshape(slopes, [examples.shape[0]!, -1])), 1)
}
