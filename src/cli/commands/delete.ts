import { type Deletion, findDeletion, removeDeletion } from "@saddlepoint/lab/store/upkeep/deletion"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { bytesInWords } from "../bytesInWords.ts"
import { attempt, WrongCall } from "../exit.ts"
import { json, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { say } from "../say.ts"

export const deleteExperiment = Command.make(
  "delete",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment of the run store"),
    ),
    older: Flag.Finite("older").pipe(
      Flag.withDescription(
        "only trials that no newest plan holds (of earlier definitions) and in which nothing was written for so many days",
      ),
      Flag.optional,
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("delete; without it a terminal is asked, and nothing is deleted elsewhere"),
      Flag.withDefault(false),
    ),
    store,
    json,
  },
  Effect.fn(function* (options) {
    const older = Option.getOrUndefined(options.older)
    const found = yield* attempt(() => {
      knownSchema(options.store)
      if (older !== undefined && older < 0)
        throw new WrongCall(`Expected --older to be a number of days, 0 or more, but got ${older}.`)
      experimentsNamed(options.store, options.experiment)
      return findDeletion(options.store, options.experiment, { older })
    })
    const nothing = !found.whole && found.trials.length === 0
    if (!options.json) yield* say(nothing ? "Nothing to delete." : textOf(found))
    const agreed = !nothing && (options.yes || (!options.json && (yield* isAgreedTo(found))))
    if (agreed) yield* attempt(() => removeDeletion(options.store, found))
    if (options.json) yield* say(JSON.stringify({ deleted: agreed, ...found }))
    else if (!nothing)
      yield* say(agreed ? "Deleted." : "Nothing was deleted; call again with --yes to delete it.")
  }),
).pipe(
  Command.withDescription("Delete an experiment from the run store, or its trials of earlier definitions"),
  Command.withExamples([
    { command: "saddlepoint delete my-question", description: "Tells what it frees, and asks" },
    {
      command: "saddlepoint delete my-question --older 30 --yes",
      description: "Old trials of no plan alone",
    },
  ]),
)

/** Asks whoever sits at a terminal; nobody else agrees. Leaving the question is no. */
const isAgreedTo = Effect.fnUntraced(function* ({ experiment, whole, trials }: Deletion) {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) return false
  const what = whole ? `all of ${experiment}` : `${trials.length} trials of ${experiment}`
  return yield* Prompt.run(Prompt.Confirm({ message: `Delete ${what} for good?` })).pipe(
    Effect.catch(() => Effect.succeed(false)),
  )
})

function textOf({ experiment, whole, trials, results, bytes, registrations, confirmedBy }: Deletion): string {
  const what = whole ? experiment : `Trials of earlier definitions of ${experiment}`
  const frozen =
    registrations === 1 ? "its registered definition" : `its ${registrations} registered definitions`
  return [
    `${what}: ${counted(trials.length, "trial")}, ${counted(results, "result")}, ${bytesInWords(bytes)}.`,
    ...(registrations > 0
      ? [`With it goes ${frozen}: nobody can tell any more what was declared before it ran.`]
      : []),
    ...(confirmedBy.length > 0
      ? [`${confirmedBy.join(", ")} confirms what this search chose, and will need it searched again.`]
      : []),
    ...(whole ? ["No other experiment of the run store uses its trials or judges."] : []),
  ].join("\n")
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`
}
