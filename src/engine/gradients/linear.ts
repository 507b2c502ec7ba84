import * as tf from "../tf.ts"

/** A linear map of a tensor; what else it uses (masks, positions, shapes) counts as constant. */
export type LinearMap = (x: tf.Tensor) => tf.Tensor

/**
 * `map(x)` for a linear map with a known adjoint, differentiable any number of times: the derivative of the map is its
 * adjoint, whose derivative is the map again.
 *
 * Most gradients are linear in dy with coefficients that are constant almost everywhere, such as a mask or the position
 * of a maximum. Written so, nothing inside is recorded on the tape: a second derivative needs no gradient of the
 * kernels inside, and no zeros flow along comparisons.
 * @param x float32
 * @param map to any shape, float32
 * @param adjoint from that shape back to the shape of `x`; the map itself where it is symmetric
 */
export function linear(x: tf.Tensor, map: LinearMap, adjoint: LinearMap = map): tf.Tensor {
  const apply = tf.customGrad((input) => ({
    value: map(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => linear(dy, adjoint, map),
  }))
  return apply(x)
}

/** `x * mask()`, with a mask of the same shape that is constant almost everywhere. */
export function masked(x: tf.Tensor, mask: () => tf.Tensor): tf.Tensor {
  return linear(x, (value) => tf.mul(value, mask()))
}
