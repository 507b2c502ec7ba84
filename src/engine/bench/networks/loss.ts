import * as tf from "../../tf.ts"

/** Mean binary cross-entropy of logits whose labels are all 1 (`real`) or all 0: softplus of -x or x. */
export function binaryCrossEntropy(logits: tf.Tensor, real: boolean): tf.Scalar {
  return tf.mean(tf.softplus(real ? tf.neg(logits) : logits))
}

/** Mean squared distance of scores from 1 (`real`) or 0 (LSGAN, Mao et al. 2017). */
export function leastSquares(scores: tf.Tensor, real: boolean): tf.Scalar {
  return tf.mean(tf.square(real ? tf.sub(scores, 1) : scores))
}

/** Mean absolute difference. */
export function absolute(output: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(output, target)))
}
