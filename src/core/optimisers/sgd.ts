import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Optimiser } from "../contracts/optimiser.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"

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
    rate: Schema.Finite.check(Schema.isGreaterThan(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.rate)),
    ),
    momentum: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.momentum)),
    ),
  },
  build: makeSgd,
}

/** Stochastic gradient descent with momentum as in PyTorch: `b = momentum b + g`, `x = x - rate b`. */
export function sgd(options: Partial<Options<SgdOptions>> = {}): Use<"optimiser"> {
  return use(sgdPlugin, options)
}

/** Gradient descent as a pure pair, for plug-ins that fix their own optimiser. */
export function makeSgd(options: Partial<SgdOptions> = {}): Optimiser {
  const { rate, momentum } = { ...defaults, ...options }
  return {
    name: "sgd",
    rate,
    slots: momentum === 0 ? [] : ["velocity"],
    scalars: {},
    update(gradient, slots, value, scheduled) {
      if (momentum === 0) return { value: tf.sub(value, tf.mul(gradient, scheduled)), slots: {} }
      const velocity = tf.add(tf.mul(slots.velocity!, momentum), gradient)
      return { value: tf.sub(value, tf.mul(velocity, scheduled)), slots: { velocity } }
    },
  }
}
