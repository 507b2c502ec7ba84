import * as tf from "../tf.ts"

/** The derivative of an operand that was broadcast: summed over the axes along which it was repeated. */
export function unbroadcast(derivative: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, derivative.shape)
  const summed = axes.length > 0 ? tf.sum(derivative, axes) : derivative
  return tf.util.arraysEqual(summed.shape, shape) ? summed : tf.reshape(summed, shape)
}
