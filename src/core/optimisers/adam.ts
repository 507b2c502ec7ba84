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
import { withWeightDecay } from "./weightDecay.ts"

interface AdamOptions extends AdamMoments {
  readonly rate: number
  /** Added to the gradient as `weightDecay x`; see AdamW for decay that does not pass through the averages. */
  readonly weightDecay: number
}

const defaults: AdamOptions = {
  rate: 2e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  amsgrad: false,
}

export const adamPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "adam",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    beta1: withDefault(share, defaults.beta1),
    beta2: withDefault(share, defaults.beta2),
    epsilon: withDefault(positive, defaults.epsilon),
    // Not filled in, so that definitions without them resolve to what they did before there were such options.
    weightDecay: Schema.optionalKey(notNegative),
    amsgrad: Schema.optionalKey(Schema.Boolean),
  },
  slots: rateSlots,
  examples: [{}, { weightDecay: 0.01 }, { amsgrad: true }],
  build: makeAdam,
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with epsilon outside the corrected root as in PyTorch:
 * `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
 * `x = x - rate * (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + epsilon)`.
 * Defaults are those of DCGAN and pix2pix: rate 2e-4, beta1 0.5, beta2 0.999, epsilon 1e-8; neither weight decay nor AMSGrad.
 */
export function adam(options: Partial<Options<AdamOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(adamPlugin, options)
}

/** Adam as a pure pair, for plug-ins that fix their own optimiser. */
export function makeAdam(options: Partial<AdamOptions> & Scheduled = {}): Optimiser {
  const { rate, weightDecay, ...moments } = { ...defaults, ...options }
  const { slots, scalars, step } = adamDirection(moments)
  return withWeightDecay(weightDecay, {
    name: "adam",
    rate,
    ...scheduledBy(options.schedule),
    scalars,
    ...eachVariable({
      slots,
      update({ value, gradient }, before, inputs) {
        const next = step(gradient, before, inputs)
        return { value: tf.sub(value, next.step), slots: next.slots }
      },
    }),
  })
}
