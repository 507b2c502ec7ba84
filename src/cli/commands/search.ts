import type { Choice } from "@saddlepoint/core/declare/choice"
import { planRung } from "@saddlepoint/core/declare/plan"
import { runSearch } from "@saddlepoint/lab/schedule/runSearch"
import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import { keepChoice, readChoice } from "@saddlepoint/lab/store/frozen/choiceFile"
import { judgedResult } from "@saddlepoint/lab/store/reading/judgedResult"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { openDefinition } from "../definitionFile.ts"
import { attempt, WrongCall } from "../exit.ts"
import { file, json, profile, set, store } from "../flags.ts"
import { openPlaying, playFlags } from "../playPlan.ts"
import { readingOf } from "../reading.ts"
import { say } from "../say.ts"

export const search = Command.make(
  "search",
  {
    file,
    profile,
    set,
    store,
    replace: Flag.Boolean("replace").pipe(
      Flag.withDescription("choose anew where an earlier choice was made by another definition"),
      Flag.withDefault(false),
    ),
    ...playFlags,
    json,
  },
  Effect.fn(function* (options) {
    const definition = yield* attempt(() => openDefinition(options.file))
    const wanted = yield* attempt(() => definition.search(readingOf(options)))
    const before = yield* attempt(() =>
      options.replace ? undefined : readChoice(options.store, wanted.name),
    )
    if (before !== undefined && before.hash !== wanted.hash) {
      return yield* Effect.fail(
        new WrongCall(
          `Expected the search ${wanted.name} as it was when it chose, but its definition has changed since; search anew with --replace.`,
        ),
      )
    }
    const { executions, play } = yield* openPlaying(options)
    const choice =
      before ??
      (yield* runSearch(wanted, {
        play,
        result: (plan, trial) => judgedResult(options.store, plan.experiment, trial, executions),
        planOf: (experiment) => planRung(experiment, { cache: cacheFolder(options.store) }),
      }))
    const lost = Object.entries(choice.arms).filter(([, { value }]) => value === null)
    if (lost.length > 0) {
      const names = lost.map(([name]) => name).join(", ")
      return yield* Effect.fail(
        new Error(
          `Nothing was chosen, because no configuration of ${names} gave a value; see \`saddlepoint status\`.`,
        ),
      )
    }
    yield* attempt(() => keepChoice(options.store, choice))
    yield* say(options.json ? JSON.stringify(choice) : inWords(choice))
  }),
).pipe(Command.withDescription("Play a search on the validation split and freeze what it chose"))

function inWords({ search: name, select, arms }: Choice): string {
  const rows = Object.entries(arms).map(([arm, { configuration, value, tried, trials, steps, lost }]) => {
    const chosen = Object.entries(configuration).map(([path, is]) => `${path}=${JSON.stringify(is)}`)
    const cost = `${tried} tried in ${trials} trials of ${steps} steps${lost === 0 ? "" : `, ${lost} lost`}`
    return `  ${arm}: ${chosen.join(", ") || "nothing to tune"}  (${select} ${value?.toPrecision(5)}; ${cost})`
  })
  return [`${name} chose, by ${select} on the validation split:`, ...rows].join("\n")
}
