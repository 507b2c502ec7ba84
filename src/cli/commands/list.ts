import { type ExperimentSummary, experimentSummary } from "@saddlepoint/lab/store/reading/experimentSummary"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { bytesInWords } from "../bytesInWords.ts"
import { columns } from "../columns.ts"
import { attempt } from "../exit.ts"
import { json, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { say } from "../say.ts"

export const list = Command.make(
  "list",
  { store, json },
  Effect.fn(function* (options) {
    const found = yield* attempt(() => {
      knownSchema(options.store)
      return experimentsNamed(options.store, undefined).map((name) => experimentSummary(options.store, name))
    })
    if (options.json) yield* say(JSON.stringify({ experiments: found }))
    else if (found.length === 0) yield* say(`The run store ${options.store} holds no experiment.`)
    else yield* say(textOf(found))
  }),
).pipe(
  Command.withDescription("Show the experiments of a run store: what they ask, how far they are, their size"),
)

function textOf(found: readonly ExperimentSummary[]): string {
  const head = ["experiment", "trials done", "failed", "profiles", "last active", "size", "question"]
  const lines = found.map((one) => {
    const { experiment, search, counts, planned, former, profiles, lastActive, bytes } = one
    const { done, unjudged, diverged, failed } = counts
    const all = planned ?? Object.values(counts).reduce((sum, n) => sum + n, 0)
    const more = [
      ...(unjudged > 0 ? [`${unjudged} not judged by all`] : []),
      ...(former > 0 ? [`${former} of earlier definitions`] : []),
    ]
    const words = more.length === 0 ? "" : ` (${more.join(", ")})`
    return [
      experiment,
      `${done + unjudged + diverged} of ${all}${words}`,
      String(failed),
      profiles.map((name) => name ?? "none").join(", ") || "-",
      lastActive === null ? "-" : lastActive.slice(0, 16).replace("T", " "),
      bytesInWords(bytes),
      one.question ?? (search ? "(a search)" : "(no plan is kept)"),
    ]
  })
  return [...columns([head, ...lines]), "", "Trials count judges and controls; times are UTC."].join("\n")
}
