import type { Plan } from "@saddlepoint/core/trial"
import { openEngine } from "@saddlepoint/engine/open"
import { probeArms } from "@saddlepoint/lab/planning/probeArms"
import { executionIdentity, identifyCode } from "@saddlepoint/lab/store/execution"
import { openStore } from "@saddlepoint/lab/store/storeSchema"
import * as Effect from "effect/Effect"
import { childEntry, childSource } from "./childEntry.ts"
import { hiddenSources } from "./definitionFile.ts"
import { attempt } from "./exit.ts"
import type { Asked } from "./planned.ts"
import { readingOf } from "./reading.ts"

/** Measures what trials of these arms cost, and keeps it in the run store. Gives a sentence for each that could not be. */
export const measure = Effect.fnUntraced(function* (
  options: Asked & { readonly store: string; readonly device: string },
  plan: Plan,
  arms: readonly string[],
) {
  const { profile, overrides = [] } = readingOf(options)
  const engine = yield* attempt(async () => {
    const opened = await openEngine({ device: options.device, threads: 1 })
    const { identity } = opened
    opened.dispose()
    return identity
  })
  const code = yield* attempt(() =>
    identifyCode({
      definitionPath: options.file,
      childEntry: childSource,
      also: hiddenSources(options.file),
    }),
  )
  yield* attempt(() => {
    openStore(options.store)
  })
  return yield* probeArms({
    plan,
    arms,
    store: options.store,
    definitionPath: options.file,
    childEntry,
    ...(profile === undefined ? {} : { profile }),
    overrides,
    device: options.device,
    engine,
    code,
    execution: executionIdentity(code, engine),
  })
})
