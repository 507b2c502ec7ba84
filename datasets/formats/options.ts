import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A whole number in a closed range. */
export function wholeNumber(minimum: number, maximum: number) {
  return Schema.Int.check(Schema.isBetween({ minimum, maximum }))
}

/** An option that is a whole number in a closed range; `otherwise` where left out. */
export function wholeOption(minimum: number, maximum: number, otherwise: number) {
  return wholeNumber(minimum, maximum).pipe(Schema.withDecodingDefaultKey(Effect.succeed(otherwise)))
}

/** An option that is a real number in a closed range; `otherwise` where left out. */
export function realOption(minimum: number, maximum: number, otherwise: number) {
  return Schema.Finite.check(Schema.isBetween({ minimum, maximum })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise)),
  )
}

/** An option that is one of some words or numbers; `otherwise` where left out. */
export function oneOfOption<const T extends string | number>(values: readonly T[], otherwise: NoInfer<T>) {
  return Schema.Literals(values).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise as (typeof values)[number])),
  )
}

/** The seed of a set or of its splits; 0 where left out. */
export const seedOption = Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))

/** The largest number of examples that an option may ask for. */
export const mostExamples = 1_000_000
