import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { polynomial } from "./polynomial.ts"
import { type Stretch, stretchOptions } from "./span.ts"

interface LinearOptions extends Stretch {
  readonly initial: number
  readonly end: number
}

export const linearPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "linear",
  version: 1,
  options: {
    initial: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    end: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
    ...stretchOptions,
  },
  examples: [{}, { initial: 0, end: 2, begin: { steps: 10 }, length: { share: 0.5 } }],
  build: linear,
}

/**
 * From `initial` to `end` in a straight line; before and after the stretch it stands still (optax's `linear_schedule`). Defaults: from
 * 1 to 0 over the whole stage.
 */
export function linear(options: Partial<LinearOptions> = {}): Schedule {
  return polynomial({ ...options, power: 1 })
}

/** `linear`, for definitions. */
export function linearSchedule(options: Partial<Options<LinearOptions>> = {}): Use<"schedule"> {
  return use(linearPlugin, options)
}
