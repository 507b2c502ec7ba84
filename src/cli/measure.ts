import type { Plan } from "@saddlepoint/core/declare/trial"
import { probeArms } from "@saddlepoint/lab/planning/probeArms"
import { openStore } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Effect from "effect/Effect"
import { childEntry } from "./childEntry.ts"
import { attempt } from "./exit.ts"
import type { Asked } from "./planned.ts"
import { presentCode, presentEngine } from "./present.ts"
import { readingOf } from "./reading.ts"

/** Measures what trials of these arms cost, and keeps it in the run store. Gives a sentence for each that could not be. */
export const measure = Effect.fnUntraced(function* (
  options: Asked & { readonly store: string; readonly device: string },
  plan: Plan,
  arms: readonly string[],
) {
  const { profile, overrides = [] } = readingOf(options)
  const engine = yield* attempt(() => presentEngine(options.device, 1))
  const code = yield* attempt(() => presentCode(options.file))
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
    executions: code.executions(engine),
    pluginsOf: code.pluginsOf,
  })
})
