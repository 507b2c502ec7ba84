import * as tf from "@saddlepoint/engine/tf"
import { initialiser, type SeededValues } from "./seededInitialiser.ts"

interface ClassEmbeddingConfig {
  readonly name: string
  readonly classes: number
  /** Length of a class's vector. */
  readonly size: number
  readonly initialiser: SeededValues
}

/**
 * A learned vector for each class: from labels `[batch]`, int32 in [0, classes), to `[batch, size]`, float32; a label out of
 * range gives zeros. It is the product of the labels' one-hot rows with the vectors, so that gradients of any order are
 * those of a matrix product.
 */
export class ClassEmbedding extends tf.layers.Layer {
  static readonly className = "SaddlepointClassEmbedding"
  private readonly config: ClassEmbeddingConfig
  private embedding!: tf.LayerVariable

  constructor(config: ClassEmbeddingConfig) {
    super({ name: config.name })
    this.config = config
  }

  override build(): void {
    const { classes, size } = this.config
    const values = initialiser(this.config.initialiser)
    this.embedding = this.addWeight("embedding", [classes, size], "float32", values)
    this.built = true
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch] = inputShape as tf.Shape
    return [batch ?? null, this.config.size]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const labels = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor1D
    return tf.tidy(() => {
      const rows = tf.cast(tf.oneHot(tf.cast(labels, "int32"), this.config.classes), "float32")
      return tf.matMul(rows as tf.Tensor2D, this.embedding.read() as tf.Tensor2D)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(ClassEmbedding)
