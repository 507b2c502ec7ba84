import * as Effect from "effect/Effect"
import type { Slot, Slots, Wish } from "./slots.ts"

/** Waits for a slot, uses it, and gives it back however the use ends, by interruption too, also while it waits. */
export const withSlot = <A, E, R>(
  slots: Slots,
  wish: Wish,
  use: (slot: Slot) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let leave = () => {}
    const granted = Effect.callback<Slot>((resume) => {
      leave = slots.ask(wish, (slot) => resume(Effect.succeed(slot)))
    })
    return granted.pipe(Effect.flatMap(use), Effect.ensuring(Effect.sync(() => leave())))
  })
