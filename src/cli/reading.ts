import type { Reading } from "@saddlepoint/core/declare/decode/decode"
import * as Option from "effect/Option"

/** How the command line asks for a definition to be read. */
export function readingOf(options: {
  readonly profile: Option.Option<string>
  readonly set: readonly string[]
}): Reading {
  const { profile, set } = options
  return { overrides: set, ...(Option.isSome(profile) ? { profile: profile.value } : {}) }
}
