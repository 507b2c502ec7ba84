import * as tf from "@saddlepoint/engine/tf"

/**
 * `-log softmax(logits)[label]` at every position, in nats: `[positions]`.
 *
 * @param logits float32 `[...positions, classes]`
 * @param labels int32 `[...positions]`, in [0, classes); a label outside has no class and adds 0
 */
export function negativeLogLikelihoods(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  return tf.neg(likelihoods(logits, labels))
}

/** The mean of `negativeLogLikelihoods` over all positions. */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(likelihoods(logits, labels))) as tf.Scalar
}

function likelihoods(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  const classes = logits.shape.at(-1)!
  const members = tf.cast(tf.oneHot(tf.reshape(labels, [-1]), classes), "float32")
  const logShares = tf.logSoftmax(tf.reshape(logits, [-1, classes]))
  return tf.sum(tf.mul(members, logShares), -1)
}
