import * as tf from "@saddlepoint/engine/tf"
import { Normalisation, type NormalisationConfig } from "./normalisation.ts"

export interface ConditionalNormalisationConfig extends NormalisationConfig {
  readonly classes: number
}

/**
 * Normalisation whose gamma and beta are the example's class's, each `[classes, channels]` (conditional batch normalisation: de Vries et al.
 * 2017, after Dumoulin et al. 2017; in GANs Miyato and Koyama 2018): from float32 `[batch, height, width, channels]` and labels int32
 * `[batch]` in [0, classes) to the shape of the former. Means, variances and moving averages are those of all classes together, as in
 * `Normalisation`. A label out of range gives zeros.
 */
export class ConditionalNormalisation extends Normalisation<ConditionalNormalisationConfig> {
  static override readonly className = "SaddlepointConditionalNormalisation"

  protected override affineShape(channels: number): number[] {
    return [this.config.classes, channels]
  }

  protected override affine(inputs: tf.Tensor | tf.Tensor[]): readonly [tf.Tensor, tf.Tensor] {
    const [, labels] = inputs as tf.Tensor[]
    const members = tf.cast(tf.oneHot(tf.cast(labels!, "int32"), this.config.classes), "float32")
    const rows = (vectors: tf.LayerVariable) =>
      tf.reshape(tf.matMul(members as tf.Tensor2D, vectors.read() as tf.Tensor2D), [
        members.shape[0]!,
        1,
        1,
        -1,
      ])
    return [rows(this.gamma), rows(this.beta)]
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build((inputShape as tf.Shape[])[0]!)
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return (inputShape as tf.Shape[])[0]!
  }
}

tf.serialization.registerClass(ConditionalNormalisation)
