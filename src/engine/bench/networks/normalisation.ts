import * as tf from "../../tf.ts"
import type { Layer } from "./layer.ts"
import type { Parameters } from "./parameters.ts"

const epsilon = 1e-5
const decay = 0.9

/**
 * Batch normalisation (Ioffe and Szegedy 2015) with the batch's statistics, the variance divided by n. The running
 * averages move as in PyTorch: decay 0.9, the variance divided by n - 1.
 */
export function batchNorm(parameters: Parameters, channels: number): Layer {
  const normalise = normalisation(parameters, channels, [0, 1, 2])
  const averageMean = parameters.average(channels, 0)
  const averageVariance = parameters.average(channels, 1)
  return (x, { moves }) => {
    const { y, mean, variance } = normalise(x)
    if (moves) {
      const count = x.size / channels
      move(averageMean, mean, 1 - decay)
      move(averageVariance, variance, ((1 - decay) * count) / (count - 1))
    }
    return y
  }
}

/** Instance normalisation (Ulyanov et al. 2016) with a scale and an offset per channel. */
export function instanceNorm(parameters: Parameters, channels: number): Layer {
  const normalise = normalisation(parameters, channels, [1, 2])
  return (x) => normalise(x).y
}

function normalisation(parameters: Parameters, channels: number, axes: number[]) {
  const scale = parameters.constant(channels, 1)
  const offset = parameters.constant(channels, 0)
  return (x: tf.Tensor4D) => {
    const mean = tf.mean(x, axes, true)
    const centred = tf.sub(x, mean)
    const variance = tf.mean(tf.square(centred), axes, true)
    const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale)
    const y: tf.Tensor4D = tf.add(tf.mul(centred, factor), offset)
    return { y, mean, variance }
  }
}

function move(average: tf.Variable, value: tf.Tensor, weight: number): void {
  average.assign(tf.add(tf.mul(average, decay), tf.mul(tf.reshape(value, average.shape), weight)))
}
