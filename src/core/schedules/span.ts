import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * A length of time, or a moment by its distance from the start: a number of steps, or a share of the stage, in [0, 1]. Within
 * `joined` both count from the start of the segment, and shares are shares of the segment. What begins or lasts for a share may
 * be combined with what is told in steps.
 */
export type Span = { readonly steps: number } | { readonly share: number }

/** When a change takes place. */
export interface Stretch {
  /** Before it the value stands still. */
  readonly begin: Span
  /** How long the change takes. */
  readonly length: Span
}

/** From the start of the stage to its end. */
export const wholeStage: Stretch = { begin: { steps: 0 }, length: { share: 1 } }

const withDefault = (schema: Schema.Codec<Span>, value: Span) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** A moment, 0 included. */
export const moment = span(
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
)

/** A time that is longer than 0. */
export const duration = span(
  Schema.Finite.check(Schema.isGreaterThan(0)),
  Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true })),
)

/** One object with either key, not a union of two: a union tells every mistake twice. */
function span(steps: Schema.Codec<number>, share: Schema.Codec<number>): Schema.Codec<Span> {
  const either = Schema.Struct({ steps: Schema.optionalKey(steps), share: Schema.optionalKey(share) }).check(
    Schema.makeFilter(
      (given) => "steps" in given !== "share" in given || "Expected either steps or share, one of the two",
    ),
  )
  return either as unknown as Schema.Codec<Span>
}

/** Options of a plug-in for a stretch; the whole stage where left out. */
export const stretchOptions = {
  begin: withDefault(moment, wholeStage.begin),
  length: withDefault(duration, wholeStage.length),
}

/** How much of a stretch is over: 0 up to its beginning, 1 at its end, then more. */
export function passed({ begin, length }: Stretch, step: number, progress: number): number {
  const fromZero = ("steps" in begin ? begin.steps : begin.share) === 0
  if ("share" in length && (fromZero || "share" in begin)) {
    return Math.max(0, (progress - ("share" in begin ? begin.share : 0)) / length.share)
  }
  if ("steps" in length && (fromZero || "steps" in begin)) {
    return Math.max(0, (step - ("steps" in begin ? begin.steps : 0)) / length.steps)
  }
  const total = stageSteps(step, progress)
  return Math.max(0, (step - stepsOf(begin, total)) / stepsOf(length, total))
}

/** Whether a moment has come. */
export const reached = (at: Span, step: number, progress: number): boolean =>
  "steps" in at ? step >= at.steps : progress >= at.share

/** Steps of the stage; at its start, where no share of it is over, as good as without end. */
export const stageSteps = (step: number, progress: number): number =>
  progress > 0 ? Math.round(step / progress) : Number.POSITIVE_INFINITY

/** A span in steps of a stage of `total` steps. */
export const stepsOf = (span: Span, total: number): number =>
  "steps" in span ? span.steps : span.share === 0 ? 0 : span.share * total

/** Rounds down, but takes for whole what divisions have left just below, such as 0.3 / 0.1. */
export const wholePart = (value: number): number => Math.floor(value + 1e-9)
