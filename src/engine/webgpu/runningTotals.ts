import * as tf from "../tf.ts"

/**
 * Repairs running sums and products from the right. TensorFlow.js's shader for them holds the length of the axis, but
 * shaders are cached without it, so that every later length gets the first one's shader and wrong numbers. Totals from
 * the left hold no length; those from the right are taken from the left of the reversed tensor, and reversed.
 */
export function repairRunningTotals(backendName: string): void {
  for (const kernelName of ["Cumsum", "Cumprod"]) {
    const stock = tf.getKernel(kernelName, backendName)
    tf.unregisterKernel(kernelName, backendName)
    tf.registerKernel({ kernelName, backendName, kernelFunc: withoutReverse(stock.kernelFunc, backendName) })
  }
}

function withoutReverse(stock: tf.KernelFunc, backendName: string): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const { axis, exclusive, reverse } = attrs as unknown as Attributes
    if (!reverse) return stock({ inputs, attrs: attrs!, backend })
    const held = backend as tf.KernelBackend
    const reversed = (x: tf.TensorInfo) =>
      tf.getKernel("Reverse", backendName).kernelFunc({ inputs: { x }, attrs: { dims: [axis] }, backend })
    const turned = reversed(inputs.x!) as tf.TensorInfo
    const total = stock({ inputs: { x: turned }, attrs: { axis, exclusive, reverse: false }, backend })
    held.disposeData(turned.dataId)
    const result = reversed(total as tf.TensorInfo)
    held.disposeData((total as tf.TensorInfo).dataId)
    return result
  }
}

interface Attributes {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}
