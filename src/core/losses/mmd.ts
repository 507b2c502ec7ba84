import * as tf from "@saddlepoint/engine/tf"
import { stopGradient } from "../layers/stopGradient.ts"
import { loss } from "./define.ts"

/** Factors of the bandwidths: `2^k` for k from -3 to 1, as in Transfer-Learning-Library's DAN. */
const factors = [0.125, 0.25, 0.5, 1, 2] as const

/**
 * Squared maximum mean discrepancy of two batches under a sum of five Gaussian kernels (Long et al. 2015, equations 1 and 2),
 * in the convention of Transfer-Learning-Library's `MultipleKernelMaximumMeanDiscrepancy`: `sigma^2` is a factor times the mean of
 * all squared distances of both batches together, the zero diagonal included, and no gradient goes through it; the diagonals of
 * the within-domain blocks are left out, and `2 / (n - 1)` is added, so that it stays positive.
 *
 * @param source, target float32 `[n, features]`, of equal n of at least 2
 */
export function multiKernelMmd(source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const rows = source.shape[0]
  const both = tf.concat([source, target], 0) as tf.Tensor2D
  const distances = squaredDistances(both)
  // Where all features are equal, every kernel is 1
  const bandwidth = tf.maximum(stopGradient(tf.mean(distances)), 1e-30)
  const kernels = factors.reduce<tf.Tensor>(
    (sum, factor) => tf.add(sum, tf.exp(tf.div(distances, tf.mul(bandwidth, -2 * factor)))),
    tf.zerosLike(distances),
  )
  // Within a domain pairs count 1 / (n (n - 1)), themselves aside; across, -1 / n^2.
  const weights = tf.tidy(() => {
    const values = new Float32Array(4 * rows * rows)
    for (let i = 0; i < 2 * rows; i++) {
      for (let j = 0; j < 2 * rows; j++) {
        const within = i < rows === j < rows
        values[i * 2 * rows + j] = within ? (i === j ? 0 : 1 / (rows * (rows - 1))) : -1 / (rows * rows)
      }
    }
    return tf.tensor2d(values, [2 * rows, 2 * rows])
  })
  return tf.add(tf.sum(tf.mul(kernels, weights)), 2 / (rows - 1))
}

/** `|x_i - x_j|^2` of all pairs, `[rows, rows]`, from 0 on. */
function squaredDistances(x: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(x), 1, true)
  const products = tf.matMul(x, x, false, true)
  return tf.relu(tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2))) as tf.Tensor2D
}

/** The loss of DAN on two domains' features: `multiKernelMmd`. */
export const mmd = loss("domains", {
  name: "mmd",
  version: 1,
  scope: "batch",
  learner: ({ source, target }) => multiKernelMmd(source as tf.Tensor2D, target as tf.Tensor2D),
  laws: {
    // Leaving out the diagonals takes 2 (5 - k) / n away from 0, where k from 0 to 5 is the kernels' mean off the diagonal.
    ofEqual: (rows) => [2 / (rows - 1) - (2 * factors.length) / rows, 2 / (rows - 1)],
    definition: plainMmd,
    declines: { gradient: "No gradient goes through the kernels' bandwidth, which depends on the features." },
  },
})

/** Quadratic in the rows, pair by pair: the mean kernel within each domain, less twice that across, and the `2 / (n - 1)`. */
function plainMmd(source: readonly (readonly number[])[], target: readonly (readonly number[])[]): number {
  const both = [...source, ...target]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const apart = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0)
  const bandwidth = Math.max(1e-30, mean(both.flatMap((a) => both.map((b) => apart(a, b)))))
  const kernel = (a: readonly number[], b: readonly number[]) =>
    factors.reduce((sum, factor) => sum + Math.exp(-apart(a, b) / (2 * factor * bandwidth)), 0)
  const within = (rows: typeof source) =>
    mean(rows.flatMap((a, i) => rows.filter((_, j) => j !== i).map((b) => kernel(a, b))))
  const across = mean(source.flatMap((a) => target.map((b) => kernel(a, b))))
  return within(source) + within(target) - 2 * across + 2 / (source.length - 1)
}
