import * as tf from "@saddlepoint/engine/tf"

/**
 * The sum over all positions of a map: from `[batch, h, w, c]` to `[batch, c]`, float32. The pooling of the discriminators of Miyato et al.
 * 2018, where others take the mean.
 */
export class PositionSum extends tf.layers.Layer {
  static readonly className = "SaddlepointPositionSum"

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, , , channels] = inputShape as tf.Shape
    return [batch ?? null, channels ?? null]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.sum((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor, [1, 2])
  }
}

tf.serialization.registerClass(PositionSum)
