import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { passed, type Stretch, stretchOptions, wholeStage } from "./span.ts"

interface PolynomialOptions extends Stretch {
  readonly initial: number
  readonly end: number
  /** Above 0; 1 is a straight line. */
  readonly power: number
}

const defaults = { initial: 1, end: 0, ...wholeStage }

export const polynomialPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "polynomial",
  version: 1,
  options: {
    initial: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.initial))),
    end: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.end))),
    power: Schema.Finite.check(Schema.isGreaterThan(0)),
    ...stretchOptions,
  },
  examples: [{ power: 2 }],
  build: polynomial,
}

/**
 * From `initial` to `end` as `(initial - end) (1 - p)^power + end`, where p is what is over of the stretch; before it the initial and
 * after it the final value (optax's `polynomial_schedule`). Defaults: from 1 to 0 over the whole stage.
 */
export function polynomial(options: Pick<PolynomialOptions, "power"> & Partial<PolynomialOptions>): Schedule {
  const { initial, end, power, ...stretch } = { ...defaults, ...options }
  return (step, progress) => {
    const left = 1 - Math.min(1, passed(stretch, step, progress))
    return (initial - end) * left ** power + end
  }
}

/** `polynomial`, for definitions. */
export function polynomialSchedule(
  options: Options<Pick<PolynomialOptions, "power"> & Partial<PolynomialOptions>>,
): Use<"schedule"> {
  return use(polynomialPlugin, options)
}
