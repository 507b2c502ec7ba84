import * as tf from "../tf.ts"
import { gradientOf } from "./gradient.ts"
import { linear } from "./linear.ts"

interface Resizing {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
  readonly size: [number, number]
}

type Size = readonly [number, number]

/** Weights of the `from` old rows in each of the `to` new ones, row by row. */
type Weights = (from: number, to: number, attributes: Resizing) => Float32Array

/**
 * Resizing is linear in the image, rows and columns each by a matrix; the gradient is the transposed matrices. The
 * stock kernels are not used: on the CPU, ResizeBilinearGrad exchanges height and width, ResizeNearestNeighborGrad
 * reads the wrong image of a batch of two or more, and both take no notice of `halfPixelCenters`.
 */
export const resizing: readonly tf.GradConfig[] = [
  gradientOf<Resizing>("ResizeBilinear", ["images"], (dy, [images], attributes) => ({
    images: () =>
      linear(
        dy,
        (value) => transposed(value, sizeOf(images!), attributes, bilinearWeights),
        (value) => tf.image.resizeBilinear(value as tf.Tensor4D, ...options(attributes)),
      ),
  })),
  gradientOf<Resizing>("ResizeNearestNeighbor", ["images"], (dy, [images], attributes) => ({
    images: () =>
      linear(
        dy,
        (value) => nearestTransposed(value, sizeOf(images!), attributes),
        (value) => tf.image.resizeNearestNeighbor(value as tf.Tensor4D, ...options(attributes)),
      ),
  })),
]

function sizeOf(images: tf.Tensor): Size {
  return [images.shape[1]!, images.shape[2]!]
}

function options({ size, alignCorners, halfPixelCenters }: Resizing): [[number, number], boolean, boolean] {
  return [size, alignCorners, halfPixelCenters]
}

/** In a whole enlargement every old pixel owns a block of new ones: the sum over the block, without a matrix. */
function nearestTransposed(dy: tf.Tensor, [height, width]: Size, attributes: Resizing): tf.Tensor {
  const [batch, newHeight, newWidth, channels] = dy.shape as [number, number, number, number]
  if (attributes.alignCorners || newHeight % height !== 0 || newWidth % width !== 0) {
    return transposed(dy, [height, width], attributes, nearestWeights)
  }
  const blocks = [batch * height, newHeight / height, width, newWidth / width, channels]
  return tf.reshape(tf.sum(tf.reshape(dy, blocks), [1, 3]), [batch, height, width, channels])
}

/** Both matrices transposed, applied to `[B, newHeight, newWidth, C]` with the channels in front. */
function transposed(dy: tf.Tensor, [height, width]: Size, attributes: Resizing, weights: Weights): tf.Tensor {
  const [, newHeight, newWidth] = dy.shape as [number, number, number]
  const rows = tf.tensor4d(weights(height, newHeight, attributes), [1, 1, newHeight, height])
  const columns = tf.tensor4d(weights(width, newWidth, attributes), [1, 1, newWidth, width])
  const narrow = tf.matMul(tf.transpose(dy, [0, 3, 1, 2]), columns)
  return tf.transpose(tf.matMul(rows, narrow, true), [0, 2, 3, 1])
}

/** Distance between neighbouring new rows, in old rows. */
function step(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
}

/** As the CPU kernel ResizeBilinear interpolates. */
const bilinearWeights: Weights = (from, to, { alignCorners, halfPixelCenters }) => {
  const weights = new Float32Array(to * from)
  for (let row = 0; row < to; row++) {
    const scale = step(from, to, alignCorners)
    const source = halfPixelCenters ? scale * (row + 0.5) - 0.5 : scale * row
    const below = Math.max(0, Math.floor(source))
    const above = Math.min(from - 1, Math.ceil(source))
    const fraction = source - below
    weights[row * from + below]! += 1 - fraction
    weights[row * from + above]! += fraction
  }
  return weights
}

/** As the CPU kernel ResizeNearestNeighbor chooses. */
const nearestWeights: Weights = (from, to, { alignCorners, halfPixelCenters }) => {
  const weights = new Float32Array(to * from)
  for (let row = 0; row < to; row++) {
    const source = step(from, to, alignCorners) * (halfPixelCenters ? row + 0.5 : row)
    const nearest = alignCorners ? Math.round(source) : Math.floor(source)
    weights[row * from + Math.max(0, Math.min(from - 1, nearest))] = 1
  }
  return weights
}
