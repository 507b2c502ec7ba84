import { neutral } from "@saddlepoint/core/contracts/neutral"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { writeOut } from "./loadGuard.ts"

// Names and sentences come from definitions, stores and servers: what a terminal would obey is told, not done.

/** Prints on standard output. */
export const say = (text: string) => Effect.sync(() => writeOut(`${neutral(text)}\n`))

/** Prints on standard error. */
export const complain = (text: string) => Console.error(neutral(text))

/** Characters that are handed to standard output at once. */
const atOnce = 2 ** 16

/**
 * Prints what is too long to be made as a whole, as it is: whoever reads slowly is waited for, and where nobody reads any more the rest
 * is not made.
 */
export const sayLong = (parts: Iterable<string>) =>
  Effect.promise(async () => {
    let waiting = ""
    const flush = () => new Promise<void>((done) => process.stdout.write(waiting, () => done()))
    for (const part of parts) {
      waiting += part
      if (waiting.length < atOnce) continue
      await flush()
      waiting = ""
      if (!process.stdout.writable) return
    }
    if (waiting !== "") await flush()
  })
