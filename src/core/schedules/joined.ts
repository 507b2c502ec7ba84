import * as Schema from "effect/Schema"
import type { Sweepable } from "../contracts/axis.ts"
import type { Mistake } from "../contracts/mistake.ts"
import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { duration, type Span, stageSteps, stepsOf } from "./span.ts"

export const joinedPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "joined",
  version: 1,
  options: { boundaries: Schema.Array(duration) },
  slots: { schedules: { kind: "schedule", many: true } },
  examples: [
    {
      schedules: [{ use: "warmUp", length: { share: 1 } }, { use: "cosine" }],
      boundaries: [{ steps: 10 }],
    },
  ],
  check: ({ schedules, boundaries }: { schedules: readonly unknown[]; boundaries: readonly Span[] }) =>
    lengthMistakes(schedules.length, boundaries.length),
  build: ({
    schedules,
    boundaries,
  }: {
    readonly schedules: readonly Schedule[]
    readonly boundaries: readonly Span[]
  }) => joined(schedules, boundaries),
}

/**
 * One schedule after the other, from each boundary on the next (optax's `join_schedules`). A schedule sees its own segment as if that
 * were the stage: its steps count from the boundary, and its shares are shares of the segment, the last up to the stage's end.
 * @param boundaries in ascending order, one fewer than schedules
 * @throws RangeError when there are more or fewer
 */
export function joined(schedules: readonly Schedule[], boundaries: readonly Span[]): Schedule {
  const [mistake] = lengthMistakes(schedules.length, boundaries.length)
  if (mistake !== undefined) throw new RangeError(mistake.message)
  return (step, progress) => {
    const total = stageSteps(step, progress)
    const segment = boundaries.findLastIndex((boundary) => step >= firstStep(boundary, total)) + 1
    const from = segment === 0 ? 0 : firstStep(boundaries[segment - 1]!, total)
    const to = segment === boundaries.length ? total : Math.min(total, firstStep(boundaries[segment]!, total))
    const within = step - from
    return schedules[segment]!(within, within / (to - from))
  }
}

/** `joined`, for definitions. */
export function joinedSchedule(
  schedules: readonly Sweepable<Use<"schedule">>[],
  boundaries: Sweepable<readonly Span[]>,
): Use<"schedule"> {
  return use(joinedPlugin, { schedules, boundaries })
}

/** The first step at or after a moment, in a stage of `total` steps. */
const firstStep = (at: Span, total: number) => Math.ceil(stepsOf(at, total) - 1e-9)

function lengthMistakes(schedules: number, boundaries: number): readonly Mistake[] {
  if (schedules > 0 && boundaries === schedules - 1) return []
  const message = `expected one boundary between each schedule and the next but got ${boundaries} boundaries for ${schedules} schedules; add or remove one`
  return [{ path: ["boundaries"], message }]
}
