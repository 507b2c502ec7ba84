import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { passed, type Stretch, stretchOptions, wholeStage } from "./span.ts"

interface InverseDecayOptions extends Stretch {
  /** At least 0. */
  readonly decay: number
  /** At least 0. */
  readonly power: number
}

const defaults: InverseDecayOptions = { decay: 10, power: 0.75, ...wholeStage }
const notNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

export const inverseDecayPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "inverseDecay",
  version: 1,
  options: {
    decay: notNegative.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.decay))),
    power: notNegative.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.power))),
    ...stretchOptions,
  },
  examples: [{}, { length: { steps: 10 }, power: 1 }],
  build: inverseDecay,
}

/**
 * `(1 + decay p)^-power`, where p is what is over of the length, beyond 1 too. The default is how DANN lowers its learning rate over a
 * stage: decay 10, power 0.75 (Ganin et al. 2016, section 5.2.2).
 */
export function inverseDecay(options: Partial<InverseDecayOptions> = {}): Schedule {
  const { decay, power, ...stretch } = { ...defaults, ...options }
  return (step, progress) => (1 + decay * passed(stretch, step, progress)) ** -power
}

/** `inverseDecay`, for definitions. */
export function inverseDecaySchedule(options: Partial<Options<InverseDecayOptions>> = {}): Use<"schedule"> {
  return use(inverseDecayPlugin, options)
}
