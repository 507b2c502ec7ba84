import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Slot, Use } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"

/** What is above 0: rates, epsilons. */
export const positive = Schema.Finite.check(Schema.isGreaterThan(0))
/** What may be switched off by 0: decays. */
export const notNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
/** The share of the past in a moving average, in [0, 1). */
export const share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true }))

export const withDefault = <T>(schema: Schema.Codec<T>, value: T) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** Slots of every optimiser that has a rate. Where `schedule` is left out the resolved definition has no such key. */
export const rateSlots: Readonly<Record<"schedule", Slot>> = {
  schedule: { kind: "schedule", optional: true },
}

/** The slot in a constructor of definitions. */
export interface ScheduledUse {
  /** Multiplies the rate. */
  readonly schedule?: Use<"schedule">
}

/** The slot as it arrives built. */
export interface Scheduled {
  /** Multiplies the rate; constant 1 where left out. */
  readonly schedule?: Schedule
}

/** The part of an optimiser that says its schedule, if it has one. */
export const scheduledBy = (schedule: Schedule | undefined): Scheduled =>
  schedule === undefined ? {} : { schedule }
