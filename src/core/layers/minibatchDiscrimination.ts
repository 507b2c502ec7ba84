import * as tf from "@saddlepoint/engine/tf"
import { initialiser, type SeededValues } from "./seededInitialiser.ts"

interface MinibatchDiscriminationConfig {
  readonly name: string
  /** B: features that are added. */
  readonly kernels: number
  /** C: numbers of each kernel, in which examples are compared. */
  readonly size: number
  /** Of T; N(0, 0.05) in the authors' code. */
  readonly initialiser: SeededValues
}

/**
 * Minibatch discrimination (Salimans et al. 2016, section 3.2): from float32 features `[batch, A]` to `[batch, A + B]`. With the trained tensor T,
 * `[A, B * C]`, every example x has vectors `M_b` of C numbers; its feature b is `sum over all examples y of
 * exp(-|M_b(x) - M_b(y)|_1)`, the example itself included, as in the paper. So a discriminator sees how near examples lie to each other; its
 * scores are no longer those of single examples. `evaluate` does the same.
 */
export class MinibatchDiscrimination extends tf.layers.Layer {
  static readonly className = "SaddlepointMinibatchDiscrimination"
  private readonly config: MinibatchDiscriminationConfig
  private kernel!: tf.LayerVariable

  constructor(config: MinibatchDiscriminationConfig) {
    super({ name: config.name })
    this.config = config
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const features = (inputShape as tf.Shape).at(-1)!
    const { kernels, size } = this.config
    this.kernel = this.addWeight(
      "kernel",
      [features, kernels * size],
      "float32",
      initialiser(this.config.initialiser),
    )
    this.built = true
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, features] = inputShape as tf.Shape
    return [batch ?? null, features! + this.config.kernels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D
    const { kernels, size } = this.config
    const batch = x.shape[0]
    return tf.tidy(() => {
      const vectors = tf.matMul(x, this.kernel.read() as tf.Tensor2D)
      const [here, there] = [
        tf.reshape(vectors, [batch, 1, kernels, size]),
        tf.reshape(vectors, [1, batch, kernels, size]),
      ]
      const distances = tf.sum(tf.abs(tf.sub(here, there)), 3)
      return tf.concat([x, tf.sum(tf.exp(tf.neg(distances)), 1)], 1)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(MinibatchDiscrimination)
