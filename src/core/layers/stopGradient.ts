import * as tf from "@saddlepoint/engine/tf"

/** The same values, through which no gradient goes; TensorFlow.js has no such operation. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return constant(x, (input) => tf.clone(input) as T)
}

/**
 * What `compute` makes of `x`, as a constant: no gradient goes through it, and none of its operations is on the tape, so that
 * a gradient does not cost what it cannot change.
 */
export function constant<X extends tf.Tensor, T extends tf.Tensor>(x: X, compute: (x: X) => T): T {
  const still = tf.customGrad((input) => ({
    value: compute(input as X),
    gradFunc: () => tf.zerosLike(input as tf.Tensor),
  }))
  return still(x) as T
}
