import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
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
  share,
  withDefault,
} from "./hyperparameters.ts"
import { withWeightDecay } from "./weightDecay.ts"

interface RmsPropOptions {
  readonly rate: number
  /** Share of the past in the average of squared gradients, in [0, 1); PyTorch's `alpha`. */
  readonly smoothing: number
  /** Added to the root of that average. */
  readonly epsilon: number
  /** Share of the velocity that is kept, in [0, 1). */
  readonly momentum: number
  /** Divides by the deviation of the gradients from their average, instead of their root mean square. */
  readonly centred: boolean
  /** Added to the gradient as `weightDecay x`. */
  readonly weightDecay: number
}

const defaults: RmsPropOptions = {
  rate: 1e-2,
  smoothing: 0.99,
  epsilon: 1e-8,
  momentum: 0,
  centred: false,
  weightDecay: 0,
}

export const rmsPropPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "rmsProp",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    smoothing: withDefault(share, defaults.smoothing),
    epsilon: withDefault(positive, defaults.epsilon),
    momentum: withDefault(share, defaults.momentum),
    centred: withDefault(Schema.Boolean, defaults.centred),
    weightDecay: withDefault(notNegative, defaults.weightDecay),
  },
  slots: rateSlots,
  examples: [{}, { momentum: 0.5 }, { centred: true, momentum: 0.5 }, { weightDecay: 0.01 }],
  build: makeRmsProp,
}

/**
 * RMSProp (Tieleman and Hinton 2012, lecture 6e; centred: Graves 2013, equations 38 to 45) as in PyTorch, epsilon outside the root
 * and no correction of the start: `v = a v + (1 - a) g^2`, `x = x - rate g / (sqrt(v) + epsilon)`; with momentum
 * `b = momentum b + g / (sqrt(v) + epsilon)`, `x = x - rate b`; centred with `v - m^2` in the place of v, `m = a m + (1 - a) g`.
 * Defaults are PyTorch's: rate 1e-2, smoothing 0.99, epsilon 1e-8.
 */
export function rmsProp(options: Partial<Options<RmsPropOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(rmsPropPlugin, options)
}

/** RMSProp as a pure pair, for plug-ins that fix their own optimiser. */
export function makeRmsProp(options: Partial<RmsPropOptions> & Scheduled = {}): Optimiser {
  const { rate, smoothing, epsilon, momentum, centred, weightDecay } = { ...defaults, ...options }
  const averaged = (before: tf.Tensor, now: tf.Tensor) =>
    tf.add(tf.mul(before, smoothing), tf.mul(now, 1 - smoothing))
  return withWeightDecay(weightDecay, {
    name: "rmsProp",
    rate,
    ...scheduledBy(options.schedule),
    scalars: {},
    ...eachVariable({
      slots: { square: 0, ...(centred ? { mean: 0 } : {}), ...(momentum > 0 ? { velocity: 0 } : {}) },
      update({ value, gradient }, slots, { rate: scheduled }) {
        const square = averaged(slots.square!, tf.square(gradient))
        const mean = centred ? averaged(slots.mean!, gradient) : undefined
        // A variance is never below 0, but its rounded difference is where gradients hardly vary.
        const spread = mean === undefined ? square : tf.maximum(tf.sub(square, tf.square(mean)), 0)
        const direction = tf.div(gradient, tf.add(tf.sqrt(spread), epsilon))
        const velocity = momentum > 0 ? tf.add(tf.mul(slots.velocity!, momentum), direction) : undefined
        return {
          value: tf.sub(value, tf.mul(velocity ?? direction, scheduled)),
          slots: { square, ...(mean && { mean }), ...(velocity && { velocity }) },
        }
      },
    }),
  })
}
