import * as Schema from "effect/Schema"
import type { Sweepable } from "../contracts/axis.ts"
import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"

export const constantPlugin: Plugin<"schedule", Schedule> = {
  kind: "schedule",
  name: "constant",
  version: 1,
  options: { value: Schema.Finite },
  examples: [{ value: 0.5 }],
  build: ({ value }: { readonly value: number }) => constant(value),
}

/** The same value at every step. */
export function constant(value: number): Schedule {
  return () => value
}

/** `constant`, for definitions. */
export function constantSchedule(value: Sweepable<number>): Use<"schedule"> {
  return use(constantPlugin, { value })
}
