import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import { type KernelConfig, KernelLayer } from "./kernelLayer.ts"

interface ConvolutionConfig extends KernelConfig {
  readonly kernel: number
  readonly stride: number
  /** Zeros added on each of the four sides. */
  readonly padding: number
}

/**
 * A square convolution whose zero padding is a number of pixels on every side, as in Torch: from
 * `[batch, h, w, in]` to `[batch, floor((h + 2 padding - kernel) / stride) + 1, ..., channels]`, float32.
 *
 * `tf.layers.conv2d` knows only `same` and `valid`. With a 4x4 kernel, `same` is the reference's padding of 1 at
 * stride 2 on even sides, but not at stride 1, where it pads 1 before and 2 after and keeps the side.
 */
export class Convolution extends KernelLayer<ConvolutionConfig> {
  static readonly className = "SaddlepointConvolution"

  protected override kernelShape(inputChannels: number): number[] {
    const { kernel, channels } = this.config
    return [kernel, kernel, inputChannels, channels]
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as tf.Shape
    const { kernel, stride, padding, channels } = this.config
    const side = (length: number | null | undefined) =>
      typeof length === "number" ? Math.floor((length + 2 * padding - kernel) / stride) + 1 : null
    return [batch ?? null, side(height), side(width), channels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[], call: CallArguments): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const { stride, padding } = this.config
    return tf.tidy(() =>
      tf.fused.conv2d({
        x,
        filter: this.usedKernel(call) as tf.Tensor4D,
        strides: stride,
        pad: padding,
        dimRoundingMode: "floor",
        ...(this.bias === undefined ? {} : { bias: this.bias.read() }),
      }),
    )
  }
}

tf.serialization.registerClass(Convolution)
