import * as tf from "./tf.ts"

let registered = false

/**
 * Replaces a few of TensorFlow.js's gradients by equal ones that cost less when recorded, and one that is wrong.
 * The registry is global, so these are composites of standard kernels, with the same numbers on every backend.
 */
export function registerGradients(): void {
  if (registered) return
  registered = true
  for (const gradient of [sum, mean, leakyRelu, resizeNearest()]) {
    tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
}

/** The stock gradient multiplies by `ones(shape)`, an array made in JavaScript at every step; `fill` is recorded. */
function spread(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  const kept = [...x.shape]
  for (const reduced of tf.util.parseAxisParam(axis, x.shape)) kept[reduced] = 1
  return tf.mul(tf.reshape(dy, kept), tf.fill(x.shape, 1, "float32"))
}

const sum: tf.GradConfig = {
  kernelName: "Sum",
  inputsToSave: ["x"],
  gradFunc(dy, [x], attrs) {
    const { axis } = attrs as unknown as { axis: number | number[] }
    return { x: () => spread(dy as tf.Tensor, x!, axis) }
  },
}

const mean: tf.GradConfig = {
  kernelName: "Mean",
  inputsToSave: ["x"],
  gradFunc(dy, [x], attrs) {
    const { axis } = attrs as unknown as { axis: number | number[] }
    const axes = tf.util.parseAxisParam(axis, x!.shape)
    const count = axes.reduce((product, reduced) => product * x!.shape[reduced]!, 1)
    return { x: () => tf.div(spread(dy as tf.Tensor, x!, axis), count) }
  },
}

/** dy where x > 0, else alpha * dy; alpha at 0, as the stock gradient has it. It needs no comparison. */
const leakyRelu: tf.GradConfig = {
  kernelName: "LeakyRelu",
  inputsToSave: ["x"],
  gradFunc(dy, [x], attrs) {
    const { alpha } = attrs as unknown as { alpha: number }
    return { x: () => tf.mul(dy as tf.Tensor, tf.step(x!, alpha)) }
  },
}

/**
 * For whole enlargements, where every pixel owns a block of the result: the sum of dy over the block. The stock
 * kernel on the CPU reads the wrong image of a batch of two or more. Other sizes keep the stock gradient.
 */
function resizeNearest(): tf.GradConfig {
  const stock = tf.getGradient("ResizeNearestNeighbor")
  return {
    kernelName: "ResizeNearestNeighbor",
    inputsToSave: ["images"],
    gradFunc(dy, saved, attrs) {
      const images = saved[0] as tf.Tensor4D
      const [batch, height, width, channels] = images.shape
      const [, newHeight, newWidth] = (dy as tf.Tensor4D).shape
      const { alignCorners } = attrs as unknown as { alignCorners: boolean }
      if (alignCorners || newHeight % height !== 0 || newWidth % width !== 0) {
        return stock.gradFunc(dy, saved, attrs)
      }
      const blocks = [batch * height, newHeight / height, width, newWidth / width, channels]
      return { images: () => tf.reshape(tf.sum(tf.reshape(dy as tf.Tensor, blocks), [1, 3]), images.shape) }
    },
  }
}
