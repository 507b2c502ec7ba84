import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { linear } from "./linear.ts"
import { duration, type Span } from "./span.ts"

interface WarmUpOptions {
  readonly initial: number
  readonly length: Span
}

export const warmUpPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "warmUp",
  version: 1,
  options: {
    initial: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0)),
    ),
    length: duration,
  },
  examples: [{ length: { steps: 10 } }],
  build: warmUp,
}

/**
 * From `initial`, in [0, 1], linearly to 1, where it stays (Goyal et al. 2017, section 2.2). It begins at 0 where left out: the very
 * first step then changes nothing, as in optax. Put it first in `joined` where something is to follow.
 */
export function warmUp({
  initial = 0,
  length,
}: Pick<WarmUpOptions, "length"> & Partial<WarmUpOptions>): Schedule {
  return linear({ initial, end: 1, length })
}

/** `warmUp`, for definitions. */
export function warmUpSchedule(
  options: Options<Pick<WarmUpOptions, "length"> & Partial<WarmUpOptions>>,
): Use<"schedule"> {
  return use(warmUpPlugin, options)
}
