import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import { type KernelConfig, KernelLayer } from "./kernelLayer.ts"

const kernelSide = 3
const stride = 2
const padding = 1

/**
 * A 3x3 transposed convolution of stride 2, padding 1 and output padding 1, as in PyTorch and Torch: from
 * `[batch, h, w, in]` to `[batch, 2h, 2w, channels]`, float32.
 *
 * Input row i adds to output rows `2i + k - 1` for kernel rows k = 0, 1, 2. That is the transpose of the 3x3 convolution
 * of stride 2 and padding 1 on every side; `same` would be the transpose of one padded after the image only, which lies one
 * pixel further.
 */
export class DoublingConvolution extends KernelLayer<Omit<KernelConfig, "spectral">> {
  static readonly className = "SaddlepointDoublingConvolution"

  protected override kernelShape(inputChannels: number): number[] {
    return [kernelSide, kernelSide, this.config.channels, inputChannels]
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as tf.Shape
    const side = (length: number | null | undefined) => (typeof length === "number" ? stride * length : null)
    return [batch ?? null, side(height), side(width), this.config.channels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[], call: CallArguments): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const [batch, height, width] = x.shape
    return tf.tidy(() => {
      const larger = tf.conv2dTranspose(
        x,
        this.usedKernel(call) as tf.Tensor4D,
        [batch, stride * height, stride * width, this.config.channels],
        stride,
        padding,
        "floor",
      )
      return this.bias === undefined ? larger : tf.add(larger, this.bias.read())
    })
  }
}

tf.serialization.registerClass(DoublingConvolution)
