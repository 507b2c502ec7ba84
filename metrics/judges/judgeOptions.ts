import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A whole number in a closed range. */
export function between(minimum: number, maximum: number) {
  return Schema.Int.check(Schema.isBetween({ minimum, maximum }))
}

/** What every judge can be told. */
export interface JudgeOptions {
  readonly steps: number
  /** Training seed of the judge. */
  readonly seed: number
  /** Channels of the first convolution. */
  readonly width: number
  /**
   * The bar: the least accuracy on real images that it was not trained on with which it judges, else it refuses. An eighth of the
   * way from chance to 1 where left out (`usualBar`); 0 lets any judge judge.
   */
  readonly atLeast?: number
}

/** The options of `JudgeOptions`. The default of `atLeast` is not in the schema, so that judges without it keep their identity. */
export const judgeOptions = (steps: number) => ({
  steps: between(1, 1_000_000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(steps))),
  seed: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  width: between(1, 512).pipe(Schema.withDecodingDefaultKey(Effect.succeed(16))),
  atLeast: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
})
