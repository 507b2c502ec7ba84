import { neutral } from "@saddlepoint/core/contracts/neutral"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { writeOut } from "./loadGuard.ts"

// Names and sentences come from definitions, stores and servers: what a terminal would obey is told, not done.

/** Prints on standard output. */
export const say = (text: string) => Effect.sync(() => writeOut(`${neutral(text)}\n`))

/** Prints on standard error. */
export const complain = (text: string) => Console.error(neutral(text))
