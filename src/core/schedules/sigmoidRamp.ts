import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { passed, type Stretch, stretchOptions, wholeStage } from "./span.ts"

interface SigmoidRampOptions extends Stretch {
  /** Above 0. */
  readonly steepness: number
}

const defaults: SigmoidRampOptions = { steepness: 10, ...wholeStage }

export const sigmoidRampPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "sigmoidRamp",
  version: 1,
  options: {
    steepness: Schema.Finite.check(Schema.isGreaterThan(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.steepness)),
    ),
    ...stretchOptions,
  },
  examples: [{}, { begin: { share: 0.2 }, length: { steps: 30 } }],
  build: sigmoidRamp,
}

/**
 * `2 / (1 + exp(-steepness p)) - 1`, where p is what is over of the length: from 0 towards 1. The default is the weight of DANN's gradient
 * reversal over a stage: steepness 10 (Ganin et al. 2016, section 5.2.2).
 */
export function sigmoidRamp(options: Partial<SigmoidRampOptions> = {}): Schedule {
  const { steepness, ...stretch } = { ...defaults, ...options }
  return (step, progress) => 2 / (1 + Math.exp(-steepness * passed(stretch, step, progress))) - 1
}

/** `sigmoidRamp`, for definitions. */
export function sigmoidRampSchedule(options: Partial<Options<SigmoidRampOptions>> = {}): Use<"schedule"> {
  return use(sigmoidRampPlugin, options)
}
