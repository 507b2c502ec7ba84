import { existsSync } from "node:fs"
import type { Experiment } from "@saddlepoint/core/declare/decode/decode"
import { type Planning, planTrials } from "@saddlepoint/core/declare/plan"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import { readChoice } from "@saddlepoint/lab/store/frozen/choiceFile"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { openDefinition } from "./definitionFile.ts"
import { attempt } from "./exit.ts"
import { interruptible } from "./loadGuard.ts"
import { readingOf } from "./reading.ts"

/** The flags by which a command names what it is about. */
export interface Asked {
  readonly file: string
  readonly profile: Option.Option<string>
  readonly set: readonly string[]
  readonly store: string
}

/** Opens the definition, reads it as the flags ask, and plans its trials. */
export const planned = Effect.fnUntraced(function* (asked: Asked, planning: Planning = {}) {
  return (yield* readAndPlanned(asked, planning)).plan
})

/** The same, with what was planned. */
export const readAndPlanned = Effect.fnUntraced(function* (asked: Asked, planning: Planning = {}) {
  yield* attempt(() => knownSchema(asked.store))
  const experiment = yield* decoded(asked)
  return { experiment, plan: yield* planOf(experiment, planning) }
})

/** Where a plan may keep what it saw of files: in the store where there is one, as planning makes none. */
export function planningIn(store: string): Planning {
  return existsSync(store) ? { cache: cacheFolder(store) } : {}
}

/** Opens the definition and reads it as the flags ask; no dataset is opened. */
export const decoded = Effect.fnUntraced(function* (asked: Asked) {
  const definition = yield* attempt(() => openDefinition(asked.file))
  const choiceOf = (search: string) => readChoice(asked.store, search)
  return yield* attempt(() => definition.decode({ ...readingOf(asked), choiceOf }))
})

export function planOf(experiment: Experiment, planning: Planning): Effect.Effect<Plan, Error> {
  return attempt(() => interruptible(() => planTrials(experiment, planning)))
}
