import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { passed, type Stretch, stretchOptions, wholePart, wholeStage } from "./span.ts"

const afterwards = ["hold", "restart", "rise"] as const

interface CosineOptions extends Stretch {
  readonly initial: number
  readonly end: number
  /** Once the length is over: `hold` the end, `restart` from the initial value, or `rise` back to it. */
  readonly afterwards: (typeof afterwards)[number]
}

const defaults = { initial: 1, end: 0, afterwards: "hold" as const, ...wholeStage }

export const cosinePlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "cosine",
  version: 1,
  options: {
    initial: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.initial))),
    end: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.end))),
    afterwards: Schema.Literals(afterwards).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.afterwards)),
    ),
    ...stretchOptions,
  },
  examples: [
    {},
    { length: { steps: 10 }, afterwards: "restart" },
    { length: { share: 0.2 }, afterwards: "rise" },
  ],
  build: cosine,
}

/**
 * Half a cosine from `initial` to `end`: `end + (initial - end) (1 + cos(pi p)) / 2`, where p is what is over of the length
 * (Loshchilov and Hutter 2017, equation 5). It then holds, as optax's `cosine_decay_schedule`, restarts with the same length, as in the
 * paper, or rises again, as PyTorch's `CosineAnnealingLR`. Defaults: from 1 to 0 over the whole stage.
 */
export function cosine(options: Partial<CosineOptions> = {}): Schedule {
  const { initial, end, afterwards, ...stretch } = { ...defaults, ...options }
  const within = (lengths: number) => {
    if (afterwards === "hold") return Math.min(1, lengths)
    return afterwards === "restart" ? Math.max(0, lengths - wholePart(lengths)) : lengths
  }
  return (step, progress) =>
    end + ((initial - end) * (1 + Math.cos(Math.PI * within(passed(stretch, step, progress))))) / 2
}

/** `cosine`, for definitions. */
export function cosineSchedule(options: Partial<Options<CosineOptions>> = {}): Use<"schedule"> {
  return use(cosinePlugin, options)
}
