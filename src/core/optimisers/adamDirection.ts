import * as tf from "@saddlepoint/engine/tf"
import type { HostScalars, Named, UpdateInputs } from "../contracts/optimiser.ts"

export interface AdamMoments {
  /** Share of the past in the average of gradients, in [0, 1). */
  readonly beta1: number
  /** Share of the past in the average of squared gradients, in [0, 1). */
  readonly beta2: number
  /** Added to the root of that average. */
  readonly epsilon: number
  /** Divides by the largest average of squared gradients so far (Reddi et al. 2018, algorithm 2). */
  readonly amsgrad: boolean
}

/** What Adam and AdamW take off a value: their state, scalars and step. */
export interface AdamDirection {
  readonly slots: Named<number>
  readonly scalars: HostScalars
  step(
    gradient: tf.Tensor,
    slots: Named<tf.Tensor>,
    inputs: UpdateInputs,
  ): { readonly step: tf.Tensor; readonly slots: Named<tf.Tensor> }
}

/**
 * `rate * (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + epsilon)` with `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`.
 * As in PyTorch AMSGrad takes the maximum of v before the correction.
 */
export function adamDirection({ beta1, beta2, epsilon, amsgrad }: AdamMoments): AdamDirection {
  return {
    slots: amsgrad ? { first: 0, second: 0, largest: 0 } : { first: 0, second: 0 },
    // The averages are kept without their factors 1 - beta and the corrections put into two scalars: ten passes over
    // a variable instead of thirteen, and most of a small network's step is these passes.
    scalars: {
      scale: (count) => ratio(beta1, count) / Math.sqrt(ratio(beta2, count)),
      floor: (count) => epsilon / Math.sqrt(ratio(beta2, count)),
    },
    step(gradient, slots, { rate, scalars: { scale, floor } }) {
      const first = tf.add(tf.mul(slots.first!, beta1), gradient)
      const second = tf.add(tf.mul(slots.second!, beta2), tf.square(gradient))
      const largest = amsgrad ? tf.maximum(slots.largest!, second) : second
      const direction = tf.div(first, tf.add(tf.sqrt(largest), floor!))
      const step = tf.mul(direction, tf.mul(rate, scale!))
      return { step, slots: amsgrad ? { first, second, largest } : { first, second } }
    },
  }
}

/** From a sum with shares of the past to the average without bias. */
const ratio = (beta: number, count: number) => (1 - beta) / (1 - beta ** count)
