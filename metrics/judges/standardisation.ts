import type { Mode } from "@saddlepoint/core/contracts/player"
import * as tf from "@saddlepoint/engine/tf"

/** Brings each feature to mean 0 and variance 1 over the images that a network is trained on. */
export interface Standardisation {
  /** `mean` and `variance`, float32 `[size]`: moving averages over the batches of training; `batches` `[]`, how many those were. */
  readonly state: Readonly<Record<string, tf.Variable>>
  /** `[batch, size]` to the same shape; in mode `train` by the batch's own mean and variance, which move the averages. */
  apply(features: tf.Tensor2D, mode: Mode): tf.Tensor2D
}

/** Share of itself that an average keeps at every batch, after the first 20, whose plain average it is. */
const decay = 0.95
/** Added to variances, so that a feature that never varied stays small. */
const epsilon = 1e-5

/**
 * Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2) without gain and bias. In mode `evaluate` an image's features are its
 * own. A distance between sets then counts every feature in units of its spread over real images, and not those the most that
 * happen to be large: without it, the blurred digits of USPS's test split lay nearer to its training split than the sharp ones.
 */
export function standardisation(size: number): Standardisation {
  const still = (value: tf.Tensor) => tf.variable(value, false)
  const state = tf.tidy(() => ({
    mean: still(tf.zeros([size])),
    variance: still(tf.ones([size])),
    batches: still(tf.scalar(0)),
  }))
  const standardised = (features: tf.Tensor2D, by: { mean: tf.Tensor; variance: tf.Tensor }) =>
    tf.mul(tf.sub(features, by.mean), tf.rsqrt(tf.add(by.variance, epsilon))) as tf.Tensor2D
  return {
    state,
    apply(features, mode) {
      const { mean, variance, batches } = state
      if (mode === "evaluate") return standardised(features, state)
      const seen = tf.moments(features, 0)
      batches.assign(tf.add(batches, 1))
      const share = tf.maximum(1 - decay, tf.div(1, batches))
      mean.assign(tf.add(mean, tf.mul(share, tf.sub(seen.mean, mean))))
      variance.assign(tf.add(variance, tf.mul(share, tf.sub(seen.variance, variance))))
      return standardised(features, seen)
    },
  }
}
