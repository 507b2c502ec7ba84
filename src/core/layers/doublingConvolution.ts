import * as tf from "@saddlepoint/engine/tf"
import { initialiser, type SeededNormal } from "./seededInitialiser.ts"

interface DoublingConvolutionConfig {
  readonly name: string
  readonly channels: number
  readonly initialiser: SeededNormal
}

const kernelSide = 3
const stride = 2
const padding = 1

/**
 * A 3x3 transposed convolution with bias of stride 2, padding 1 and output padding 1, as in PyTorch and Torch: from
 * `[batch, h, w, in]` to `[batch, 2h, 2w, channels]`, float32.
 *
 * Input row i adds to output rows `2i + k - 1` for kernel rows k = 0, 1, 2. That is the transpose of the 3x3 convolution
 * of stride 2 and padding 1 on every side; `same` would be the transpose of one padded after the image only, which lies one
 * pixel further.
 */
export class DoublingConvolution extends tf.layers.Layer {
  static readonly className = "SaddlepointDoublingConvolution"
  private readonly config: DoublingConvolutionConfig
  private kernel!: tf.LayerVariable
  private bias!: tf.LayerVariable

  constructor(config: DoublingConvolutionConfig) {
    super({ name: config.name })
    this.config = config
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { channels } = this.config
    const shape = [kernelSide, kernelSide, channels, (inputShape as tf.Shape).at(-1)!]
    this.kernel = this.addWeight("kernel", shape, "float32", initialiser(this.config.initialiser))
    this.bias = this.addWeight("bias", [channels], "float32", tf.initializers.zeros())
    this.built = true
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as tf.Shape
    const side = (length: number | null | undefined) => (typeof length === "number" ? stride * length : null)
    return [batch ?? null, side(height), side(width), this.config.channels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const [batch, height, width] = x.shape
    return tf.tidy(() => {
      const larger = tf.conv2dTranspose(
        x,
        this.kernel.read() as tf.Tensor4D,
        [batch, stride * height, stride * width, this.config.channels],
        stride,
        padding,
        "floor",
      )
      return tf.add(larger, this.bias.read())
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(DoublingConvolution)
