import * as tf from "../tf.ts"

type Attributes = Readonly<Record<string, unknown>>

/**
 * The gradient of a kernel with one output, as TensorFlow.js registers it.
 * @param saved names of the inputs that `gradient` gets, in this order; an absent optional one is left out
 * @param gradient from dy, what is saved and the kernel's attributes to a derivative by input name
 * @param savesOutput whether the output is saved too, behind the inputs
 */
export function gradientOf<A = Attributes>(
  kernelName: string,
  saved: readonly string[],
  gradient: (dy: tf.Tensor, saved: readonly tf.Tensor[], attributes: A) => Record<string, () => tf.Tensor>,
  savesOutput = false,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [...saved],
    outputsToSave: [savesOutput],
    gradFunc: (dy, tensors, attributes) => gradient(dy as tf.Tensor, tensors, attributes as unknown as A),
  }
}

/** A kernel of TensorFlow.js by its name, which every backend has. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor
}
