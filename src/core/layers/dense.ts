import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import { type KernelConfig, KernelLayer } from "./kernelLayer.ts"

/**
 * A dense layer: from `[batch, in]` to `[batch, channels]`, float32. `tf.layers.dense`, whose variables have the same names, knows neither spectral
 * norm nor equalised learning rate.
 */
export class Dense extends KernelLayer<KernelConfig> {
  static readonly className = "SaddlepointDense"

  protected override kernelShape(inputs: number): number[] {
    return [inputs, this.config.channels]
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch] = inputShape as tf.Shape
    return [batch ?? null, this.config.channels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[], call: CallArguments): tf.Tensor {
    const a = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D
    return tf.tidy(() =>
      tf.fused.matMul({
        a,
        b: this.usedKernel(call) as tf.Tensor2D,
        ...(this.bias === undefined ? {} : { bias: this.bias.read() }),
      }),
    )
  }
}

tf.serialization.registerClass(Dense)
