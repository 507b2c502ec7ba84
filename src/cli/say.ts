import { neutral } from "@saddlepoint/core/contracts/neutral"
import * as Console from "effect/Console"

// Names and sentences come from definitions, stores and servers: what a terminal would obey is told, not done.

/** Prints on standard output. */
export const say = (text: string) => Console.log(neutral(text))

/** Prints on standard error. */
export const complain = (text: string) => Console.error(neutral(text))
