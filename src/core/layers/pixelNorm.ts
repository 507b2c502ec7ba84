import * as tf from "@saddlepoint/engine/tf"

/** Added to the mean square (Karras et al. 2018, section 4.2). */
const epsilon = 1e-8

/**
 * Pixelwise normalisation of feature vectors (Karras et al. 2018, section 4.2): `x / sqrt(mean(x^2) + 1e-8)`, the mean over the last axis: from
 * `[batch, ..., channels]` to the same shape, float32. It has no variables and no modes; in a generator it stands behind each activation,
 * and on the latent.
 */
export class PixelNorm extends tf.layers.Layer {
  static readonly className = "SaddlepointPixelNorm"

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    return tf.tidy(() => {
      const meanSquare = tf.mean(tf.square(x), -1, true)
      return tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon)))
    })
  }
}

tf.serialization.registerClass(PixelNorm)
