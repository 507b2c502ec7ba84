import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../contracts/axis.ts"
import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"

export const linearDecayPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "linearDecay",
  version: 1,
  options: {
    from: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0.5)),
    ),
  },
  examples: [{}, { from: 0 }],
  build: ({ from }: { readonly from: number }) => linearDecay(from),
}

/**
 * 1 until `from`, a share of the stage in [0, 1), then linearly to 0 at its end: how CycleGAN lowers its learning rate, from 0.5
 * (Zhu et al. 2017, appendix 7.1: 100 epochs, then 100 more to 0).
 */
export function linearDecay(from: number): Schedule {
  return (_step, progress) => (progress < from ? 1 : (1 - progress) / (1 - from))
}

/** `linearDecay`, for definitions. */
export function linearDecaySchedule(from?: Sweepable<number>): Use<"schedule"> {
  return use(linearDecayPlugin, { from })
}
