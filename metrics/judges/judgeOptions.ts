import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A whole number in a closed range. */
export function between(minimum: number, maximum: number) {
  return Schema.Int.check(Schema.isBetween({ minimum, maximum }))
}

/** Options that every judge has: how long, with which training seed of its own, and how wide it is. */
export const judgeOptions = (steps: number) => ({
  steps: between(1, 1_000_000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(steps))),
  seed: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  width: between(1, 512).pipe(Schema.withDecodingDefaultKey(Effect.succeed(16))),
})
