import type { Schedule } from "../contracts/schedule.ts"

/** The same value at every step. */
export const constant =
  (value: number): Schedule =>
  () =>
    value
