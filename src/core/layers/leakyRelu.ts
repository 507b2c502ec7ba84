import * as tf from "@saddlepoint/engine/tf"

/**
 * Leaky rectifier: `x` where `x > 0`, else `slope * x`; any shape, float32.
 *
 * TensorFlow.js's own cannot be differentiated twice (its gradient compares, and comparisons have no gradient), so
 * gradient penalties would throw. The gradient here is `dy * step(x, slope)`, from kernels that all have gradients.
 * One kernel forward and two backward, where the composite `slope * x + (1 - slope) * relu(x)` takes four and five.
 */
export function leakyRelu<T extends tf.Tensor>(x: T, slope: number): T {
  const activate = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const saveForGradient = save as tf.GradSaveFunc
    saveForGradient([input as tf.Tensor])
    return {
      value: tf.leakyRelu(input as tf.Tensor, slope),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.step(saved[0]!, slope)),
    }
  })
  return activate(x) as T
}

/** `leakyRelu` as a layer. The slope is 0.2 in DCGAN (Radford et al. 2016, section 3) and its descendants. */
export class LeakyRelu extends tf.layers.Layer {
  static readonly className = "SaddlepointLeakyRelu"
  private readonly slope: number

  constructor({ name, slope = 0.2 }: { readonly name: string; readonly slope?: number }) {
    super({ name })
    this.slope = slope
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return leakyRelu(Array.isArray(inputs) ? inputs[0]! : inputs, this.slope)
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), slope: this.slope }
  }
}

tf.serialization.registerClass(LeakyRelu)
