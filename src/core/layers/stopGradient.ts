import * as tf from "@saddlepoint/engine/tf"

/** The same values, through which no gradient goes; TensorFlow.js has no such operation. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const still = tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))
  return still(x) as T
}
