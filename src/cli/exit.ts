import { InvalidDefinition } from "@saddlepoint/core/contracts/mistake"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import * as Effect from "effect/Effect"

/** A call that makes no sense, in one sentence. */
export class WrongCall extends Error {
  override readonly name = "WrongCall"
}

/** Exit codes of every command: fine (diverged trials are results), the work failed, the call was wrong. */
export const exitCodes = { fine: 0, failed: 1, wrongCall: 2 } as const

export function exitCodeOf(error: unknown): number {
  const users = [InvalidDefinition, EngineUnavailable, WrongCall, RangeError]
  return users.some((kind) => error instanceof kind) ? exitCodes.wrongCall : exitCodes.failed
}

/** Runs plain or asynchronous code as an Effect that fails with the very error that was thrown. */
export function attempt<T>(run: () => T | Promise<T>): Effect.Effect<T, Error> {
  return Effect.tryPromise({
    try: async () => run(),
    catch: (error) => (error instanceof Error ? error : new Error(String(error))),
  })
}
