import * as tf from "@saddlepoint/engine/tf"
import type { Optimiser } from "../contracts/optimiser.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { eachVariable } from "./eachVariable.ts"
import {
  positive,
  rateSlots,
  type Scheduled,
  type ScheduledUse,
  scheduledBy,
  share,
  withDefault,
} from "./hyperparameters.ts"

interface AdamOptions {
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

const defaults: AdamOptions = { rate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 }

export const adamPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "adam",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    beta1: withDefault(share, defaults.beta1),
    beta2: withDefault(share, defaults.beta2),
    epsilon: withDefault(positive, defaults.epsilon),
  },
  slots: rateSlots,
  build: makeAdam,
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with epsilon outside the corrected root as in PyTorch:
 * `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
 * `x = x - rate * (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + epsilon)`.
 * Defaults are those of DCGAN and pix2pix: rate 2e-4, beta1 0.5, beta2 0.999.
 */
export function adam(options: Partial<Options<AdamOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(adamPlugin, options)
}

/** Adam as a pure pair, for plug-ins that fix their own optimiser. */
export function makeAdam(options: Partial<AdamOptions> & Scheduled = {}): Optimiser {
  const { rate, beta1, beta2, epsilon } = { ...defaults, ...options }
  return {
    name: "adam",
    rate,
    ...scheduledBy(options.schedule),
    // The averages are kept without their factors 1 - beta and the corrections put into two scalars: ten passes over
    // a variable instead of thirteen, and most of a small network's step is these passes.
    scalars: {
      scale: (count) => ratio(1 - beta1, beta1, count) / Math.sqrt(ratio(1 - beta2, beta2, count)),
      floor: (count) => epsilon / Math.sqrt(ratio(1 - beta2, beta2, count)),
    },
    ...eachVariable({
      slots: { first: 0, second: 0 },
      update({ value, gradient }, slots, { rate: scheduled, scalars: { scale, floor } }) {
        const first = tf.add(tf.mul(slots.first!, beta1), gradient)
        const second = tf.add(tf.mul(slots.second!, beta2), tf.square(gradient))
        const direction = tf.div(first, tf.add(tf.sqrt(second), floor!))
        const next = tf.sub(value, tf.mul(direction, tf.mul(scheduled, scale!)))
        return { value: next, slots: { first, second } }
      },
    }),
  }
}

const ratio = (share: number, beta: number, count: number) => share / (1 - beta ** count)
