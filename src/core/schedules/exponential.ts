import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { passed, type Stretch, stretchOptions, wholePart, wholeStage } from "./span.ts"

interface ExponentialOptions extends Stretch {
  readonly initial: number
  /** The factor of each `length`, above 0. */
  readonly decay: number
  /** Only whole lengths count: the value falls in stairs. */
  readonly staircase: boolean
  /** It does not fall below, or rise above where `decay` is above 1. */
  readonly end?: number
}

const defaults = { initial: 1, staircase: false, ...wholeStage }

export const exponentialPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "exponential",
  version: 1,
  options: {
    initial: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.initial))),
    decay: Schema.Finite.check(Schema.isGreaterThan(0)),
    staircase: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.staircase))),
    end: Schema.optionalKey(Schema.Finite),
    ...stretchOptions,
  },
  examples: [{ decay: 0.1 }, { decay: 0.5, length: { steps: 15 }, staircase: true, end: 0.1 }],
  build: exponential,
}

/**
 * `initial * decay^p`, where p counts the lengths that are over, beyond 1 too (optax's `exponential_decay`). PyTorch's `ExponentialLR` has
 * lengths of one step, its `StepLR` lengths of `step_size` steps and a staircase. Defaults: from 1, over the whole stage.
 */
export function exponential(
  options: Pick<ExponentialOptions, "decay"> & Partial<ExponentialOptions>,
): Schedule {
  const { initial, decay, staircase, end, ...stretch } = { ...defaults, ...options }
  const bounded = (value: number) => {
    if (end === undefined) return value
    return decay < 1 ? Math.max(value, end) : Math.min(value, end)
  }
  return (step, progress) => {
    const lengths = passed(stretch, step, progress)
    return bounded(initial * decay ** (staircase ? wholePart(lengths) : lengths))
  }
}

/** `exponential`, for definitions. */
export function exponentialSchedule(
  options: Options<Pick<ExponentialOptions, "decay"> & Partial<ExponentialOptions>>,
): Use<"schedule"> {
  return use(exponentialPlugin, options)
}
