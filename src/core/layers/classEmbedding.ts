import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import { initialiser, type SeededValues } from "./seededInitialiser.ts"
import { SpectralNorm } from "./spectralNorm.ts"
import { still } from "./still.ts"

interface ClassEmbeddingConfig {
  readonly name: string
  readonly classes: number
  /** Length of a class's vector. */
  readonly size: number
  readonly initialiser: SeededValues
  /** As in `KernelConfig`: of the matrix of all vectors, whose outputs are the classes. */
  readonly spectral?: "u" | "v"
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
  private spectral: SpectralNorm | undefined

  constructor(config: ClassEmbeddingConfig) {
    super({ name: config.name })
    this.config = config
  }

  override build(): void {
    const { classes, size, initialiser: start, spectral: begin } = this.config
    this.embedding = this.addWeight("embedding", [classes, size], "float32", initialiser(start))
    if (begin !== undefined) {
      const kernel = { start, shape: [classes, size], outputs: "first", begin } as const
      this.spectral = new SpectralNorm(kernel, (name, vector) =>
        this.addWeight(name, [vector.length], "float32", still(vector), undefined, false),
      )
    }
    this.built = true
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch] = inputShape as tf.Shape
    return [batch ?? null, this.config.size]
  }

  override call(inputs: tf.Tensor | tf.Tensor[], call: CallArguments): tf.Tensor {
    const labels = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor1D
    return tf.tidy(() => {
      const rows = tf.cast(tf.oneHot(tf.cast(labels, "int32"), this.config.classes), "float32")
      const vectors = this.embedding.read()
      const used = this.spectral?.normalised(vectors, call) ?? vectors
      return tf.matMul(rows as tf.Tensor2D, used as tf.Tensor2D)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(ClassEmbedding)
