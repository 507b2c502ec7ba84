import * as tf from "@saddlepoint/engine/tf"
import type { Optimiser } from "../contracts/optimiser.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { eachVariable } from "./eachVariable.ts"
import {
  notNegative,
  positive,
  rateSlots,
  type Scheduled,
  type ScheduledUse,
  scheduledBy,
  withDefault,
} from "./hyperparameters.ts"
import { withWeightDecay } from "./weightDecay.ts"

interface AdagradOptions {
  readonly rate: number
  /** Divides the rate of update t by `1 + (t - 1) rateDecay`. */
  readonly rateDecay: number
  /** Sum of squared gradients before the first one. */
  readonly initialAccumulator: number
  /** Added to the root of the sum. */
  readonly epsilon: number
  /** Added to the gradient as `weightDecay x`. */
  readonly weightDecay: number
}

const defaults: AdagradOptions = {
  rate: 1e-2,
  rateDecay: 0,
  initialAccumulator: 0,
  epsilon: 1e-10,
  weightDecay: 0,
}

export const adagradPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "adagrad",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    rateDecay: withDefault(notNegative, defaults.rateDecay),
    initialAccumulator: withDefault(notNegative, defaults.initialAccumulator),
    epsilon: withDefault(positive, defaults.epsilon),
    weightDecay: withDefault(notNegative, defaults.weightDecay),
  },
  slots: rateSlots,
  examples: [{}, { rateDecay: 0.1, initialAccumulator: 0.1 }, { weightDecay: 0.01 }],
  build: makeAdagrad,
}

/**
 * Adagrad (Duchi et al. 2011, the diagonal form) as in PyTorch: `s = s + g^2`,
 * `x = x - rate / (1 + (t - 1) rateDecay) * g / (sqrt(s) + epsilon)`.
 * Defaults are PyTorch's: rate 1e-2, epsilon 1e-10; no decay, and a sum that begins at 0.
 */
export function adagrad(options: Partial<Options<AdagradOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(adagradPlugin, options)
}

/** Adagrad as a pure pair, for plug-ins that fix their own optimiser. */
export function makeAdagrad(options: Partial<AdagradOptions> & Scheduled = {}): Optimiser {
  const { rate, rateDecay, initialAccumulator, epsilon, weightDecay } = { ...defaults, ...options }
  return withWeightDecay(weightDecay, {
    name: "adagrad",
    rate,
    ...scheduledBy(options.schedule),
    scalars: rateDecay > 0 ? { decay: (count) => 1 / (1 + (count - 1) * rateDecay) } : {},
    ...eachVariable({
      slots: { sum: initialAccumulator },
      update({ value, gradient }, slots, { rate: scheduled, scalars }) {
        const sum = tf.add(slots.sum!, tf.square(gradient))
        const direction = tf.div(gradient, tf.add(tf.sqrt(sum), epsilon))
        const decayed = rateDecay > 0 ? tf.mul(scheduled, scalars.decay!) : scheduled
        return { value: tf.sub(value, tf.mul(direction, decayed)), slots: { sum } }
      },
    }),
  })
}
