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

interface SgdOptions {
  readonly rate: number
  readonly momentum: number
}

const defaults: SgdOptions = { rate: 1e-2, momentum: 0 }

export const sgdPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "sgd",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    momentum: withDefault(share, defaults.momentum),
  },
  slots: rateSlots,
  build: makeSgd,
}

/** Stochastic gradient descent with momentum as in PyTorch: `b = momentum b + g`, `x = x - rate b`. */
export function sgd(options: Partial<Options<SgdOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(sgdPlugin, options)
}

/** Gradient descent as a pure pair, for plug-ins that fix their own optimiser. */
export function makeSgd(options: Partial<SgdOptions> & Scheduled = {}): Optimiser {
  const { rate, momentum } = { ...defaults, ...options }
  return {
    name: "sgd",
    rate,
    ...scheduledBy(options.schedule),
    scalars: {},
    ...eachVariable({
      slots: momentum === 0 ? {} : { velocity: 0 },
      update({ value, gradient }, slots, { rate: scheduled }) {
        if (momentum === 0) return { value: tf.sub(value, tf.mul(gradient, scheduled)), slots: {} }
        const velocity = tf.add(tf.mul(slots.velocity!, momentum), gradient)
        return { value: tf.sub(value, tf.mul(velocity, scheduled)), slots: { velocity } }
      },
    }),
  }
}
