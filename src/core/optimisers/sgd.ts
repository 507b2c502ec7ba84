import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import type { Mistake } from "../contracts/mistake.ts"
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

interface SgdOptions {
  readonly rate: number
  /** Share of the velocity that is kept, in [0, 1). */
  readonly momentum: number
  /** Share of a gradient that does not enter the velocity, in [0, 1); the first gradient enters whole. */
  readonly dampening: number
  /** Steps along the gradient and the momentum's share of the new velocity, instead of the velocity itself. */
  readonly nesterov: boolean
  /** Added to the gradient as `weightDecay x`. */
  readonly weightDecay: number
}

const defaults: SgdOptions = { rate: 1e-2, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }

export const sgdPlugin: Plugin<"optimiser", Optimiser> = {
  kind: "optimiser",
  name: "sgd",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    momentum: withDefault(share, defaults.momentum),
    // Not filled in, so that definitions without them resolve to what they did before there were such options.
    dampening: Schema.optionalKey(share),
    nesterov: Schema.optionalKey(Schema.Boolean),
    weightDecay: Schema.optionalKey(notNegative),
  },
  slots: rateSlots,
  examples: [
    {},
    { momentum: 0.9 },
    { momentum: 0.9, dampening: 0.5 },
    { momentum: 0.9, nesterov: true },
    { weightDecay: 0.01 },
  ],
  check: nesterovMistakes,
  build: makeSgd,
}

/**
 * Stochastic gradient descent as in PyTorch, with momentum `b = momentum b + (1 - dampening) g`, where the first velocity is the
 * gradient: `x = x - rate b`, or `x = x - rate (g + momentum b)` with Nesterov's momentum (Sutskever et al. 2013).
 * Defaults: rate 1e-2; no momentum, dampening or weight decay.
 */
export function sgd(options: Partial<Options<SgdOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(sgdPlugin, options)
}

/** Gradient descent as a pure pair, for plug-ins that fix their own optimiser. */
export function makeSgd(options: Partial<SgdOptions> & Scheduled = {}): Optimiser {
  const { rate, momentum, dampening, nesterov, weightDecay } = { ...defaults, ...options }
  const [mistake] = nesterovMistakes({ momentum, dampening, nesterov })
  if (mistake !== undefined) throw new RangeError(mistake.message)
  const dampened = momentum > 0 && dampening > 0
  return withWeightDecay(weightDecay, {
    name: "sgd",
    rate,
    ...scheduledBy(options.schedule),
    scalars: dampened ? { entering: (count) => (count === 1 ? 1 : 1 - dampening) } : {},
    ...eachVariable({
      slots: momentum === 0 ? {} : { velocity: 0 },
      update({ value, gradient }, slots, { rate: scheduled, scalars }) {
        if (momentum === 0) return { value: tf.sub(value, tf.mul(gradient, scheduled)), slots: {} }
        const entering = dampened ? tf.mul(gradient, scalars.entering!) : gradient
        const velocity = tf.add(tf.mul(slots.velocity!, momentum), entering)
        const direction = nesterov ? tf.add(gradient, tf.mul(velocity, momentum)) : velocity
        return { value: tf.sub(value, tf.mul(direction, scheduled)), slots: { velocity } }
      },
    }),
  })
}

function nesterovMistakes({ momentum, dampening, nesterov }: Partial<SgdOptions>): readonly Mistake[] {
  if (!nesterov || ((momentum ?? 0) > 0 && (dampening ?? 0) === 0)) return []
  const message = `expected a momentum above 0 and no dampening with Nesterov's momentum but got momentum ${momentum ?? 0} and dampening ${dampening ?? 0}; set momentum, or leave nesterov out`
  return [{ path: ["nesterov"], message }]
}
