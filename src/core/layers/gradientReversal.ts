import * as tf from "@saddlepoint/engine/tf"

/**
 * The gradient reversal layer (Ganin and Lempitsky 2015, equations 13 and 14): gives its input as it is and hands back
 * `-factor` times the gradient that reaches it.
 *
 * @param factor scalar, e.g. a scheduled lambda; no gradient reaches it
 */
export function reversed<T extends tf.Tensor>(x: T, factor: tf.Tensor): T {
  const layer = tf.customGrad((input, save) => {
    ;(save as tf.GradSaveFunc)([factor])
    return {
      value: tf.clone(input as tf.Tensor),
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => tf.mul(dy, tf.neg(kept!)),
    }
  })
  return layer(x) as T
}
