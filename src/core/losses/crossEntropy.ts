import * as tf from "@saddlepoint/engine/tf"

/**
 * Mean over all positions of `-log softmax(logits)[label]`, in nats.
 *
 * @param logits float32 `[...positions, classes]`
 * @param labels int32 `[...positions]`, in [0, classes); a label outside has no class and adds 0
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const classes = logits.shape.at(-1)!
  const members = tf.cast(tf.oneHot(tf.reshape(labels, [-1]), classes), "float32")
  const logShares = tf.logSoftmax(tf.reshape(logits, [-1, classes]))
  return tf.neg(tf.mean(tf.sum(tf.mul(members, logShares), -1))) as tf.Scalar
}
