import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Mistake } from "../contracts/mistake.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { moment, reached, type Span } from "./span.ts"

interface PiecewiseConstantOptions {
  readonly initial: number
  /** When the value changes. */
  readonly boundaries: readonly Span[]
  /** What it is multiplied by at each boundary. */
  readonly scales: readonly number[]
}

export const piecewiseConstantPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "piecewiseConstant",
  version: 1,
  options: {
    initial: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    boundaries: Schema.Array(moment),
    scales: Schema.Array(Schema.Finite),
  },
  examples: [{ boundaries: [{ steps: 10 }, { share: 0.5 }], scales: [0.1, 0.5] }],
  check: lengthMistakes,
  build: piecewiseConstant,
}

/**
 * `initial` (1 where left out), multiplied by each scale from its boundary on (optax's `piecewise_constant_schedule`; PyTorch's
 * `MultiStepLR` with equal scales).
 * @throws RangeError when there are not as many scales as boundaries
 */
export function piecewiseConstant({
  initial = 1,
  boundaries,
  scales,
}: Omit<PiecewiseConstantOptions, "initial"> & Partial<PiecewiseConstantOptions>): Schedule {
  const [mistake] = lengthMistakes({ boundaries, scales })
  if (mistake !== undefined) throw new RangeError(mistake.message)
  return (step, progress) =>
    scales.reduce(
      (value, scale, index) => (reached(boundaries[index]!, step, progress) ? value * scale : value),
      initial,
    )
}

/** `piecewiseConstant`, for definitions. */
export function piecewiseConstantSchedule(
  options: Options<Omit<PiecewiseConstantOptions, "initial"> & Partial<PiecewiseConstantOptions>>,
): Use<"schedule"> {
  return use(piecewiseConstantPlugin, options)
}

function lengthMistakes({
  boundaries,
  scales,
}: Pick<PiecewiseConstantOptions, "boundaries" | "scales">): readonly Mistake[] {
  if (boundaries.length === scales.length) return []
  const message = `expected a scale for each boundary but got ${scales.length} scales for ${boundaries.length} boundaries; make the lists equally long`
  return [{ path: ["scales"], message }]
}
