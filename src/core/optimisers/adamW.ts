import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import type { Optimiser } from "../contracts/optimiser.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { type AdamMoments, adamDirection } from "./adamDirection.ts"
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

interface AdamWOptions extends AdamMoments {
  readonly rate: number
  /** Every update first takes the share `rate * weightDecay` off the values; gradients do not see it. */
  readonly weightDecay: number
}

const defaults: AdamWOptions = {
  rate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-2,
  amsgrad: false,
}

export const adamWPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "adamW",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    beta1: withDefault(share, defaults.beta1),
    beta2: withDefault(share, defaults.beta2),
    epsilon: withDefault(positive, defaults.epsilon),
    weightDecay: withDefault(notNegative, defaults.weightDecay),
    amsgrad: withDefault(Schema.Boolean, defaults.amsgrad),
  },
  slots: rateSlots,
  examples: [{}, { amsgrad: true }],
  build: makeAdamW,
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) as in PyTorch: `x = x (1 - rate * weightDecay)`, then
 * Adam's step, whose gradient is without the decay. The scheduled rate scales both.
 * Defaults are PyTorch's: rate 1e-3, beta1 0.9, beta2 0.999, epsilon 1e-8, weightDecay 1e-2.
 */
export function adamW(options: Partial<Options<AdamWOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(adamWPlugin, options)
}

/** AdamW as a pure pair, for plug-ins that fix their own optimiser. */
export function makeAdamW(options: Partial<AdamWOptions> & Scheduled = {}): Optimiser {
  const { rate, weightDecay, ...moments } = { ...defaults, ...options }
  const { slots, scalars, step } = adamDirection(moments)
  return {
    name: "adamW",
    rate,
    ...scheduledBy(options.schedule),
    scalars,
    ...eachVariable({
      slots,
      update({ value, gradient }, before, inputs) {
        const next = step(gradient, before, inputs)
        // Not value * (1 - rate * decay): in float32 that factor has lost most of a small decay's digits.
        const decayed = tf.sub(value, tf.mul(value, tf.mul(inputs.rate, weightDecay)))
        return { value: tf.sub(decayed, next.step), slots: next.slots }
      },
    }),
  }
}
