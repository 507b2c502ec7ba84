import { mixedInWords } from "@saddlepoint/lab/store/reading/executionCounts"
import { asCsv, type PublishedTable, publishedTable } from "@saddlepoint/lab/store/reading/publishedRows"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { closenessOf, failWhereAltered } from "../closeness.ts"
import { columns } from "../columns.ts"
import { attempt, WrongCall } from "../exit.ts"
import { check, json, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { complain, say } from "../say.ts"

export const collect = Command.make(
  "collect",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment of the run store"),
    ),
    store,
    check,
    csv: Flag.Boolean("csv").pipe(
      Flag.withDescription("print comma-separated values with a line of names"),
      Flag.withDefault(false),
    ),
    json,
  },
  Effect.fn(function* (options) {
    yield* attempt(() => knownSchema(options.store))
    const table = yield* attempt(() => {
      if (options.csv && options.json)
        throw new WrongCall("Expected --csv or --json, but got both; leave one out.")
      const [experiment] = experimentsNamed(options.store, options.experiment)
      return publishedTable(options.store, experiment!, closenessOf(options))
    })
    failWhereAltered(options, [table])
    if (options.json) yield* say(JSON.stringify(table))
    else if (options.csv) yield* Effect.sync(() => process.stdout.write(asCsv(table.rows)))
    else yield* say(textOf(table))
    if (!options.json)
      for (const { trial, sentence } of table.altered)
        yield* complain(trial === undefined ? sentence : `Trial ${trial}: ${sentence}`)
  }),
).pipe(Command.withDescription("Print every published result of an experiment, from the run store alone"))

function textOf({ rows, executions }: PublishedTable): string {
  const mixed = mixedInWords(executions)
  const lines = [["arm", "seed", "status", "metric", "value", "seconds", "execution", "trial", ""]]
  for (const { arm, seed, status, metric, value, seconds, execution, trial, altered } of rows) {
    const number = value === null ? "" : value.toPrecision(6)
    const mark = { no: "", yes: "altered", unknown: "without a digest" }[altered]
    lines.push([arm, String(seed), status, metric, number, seconds.toFixed(1), execution, trial, mark])
  }
  const counts = Object.values(executions).flatMap((own) => Object.values(own))
  const total = `${counts.reduce((sum, n) => sum + n, 0)} results`
  const under = mixed.length === 0 ? "." : ` of several executions, not to be mixed: ${mixed.join("; ")}.`
  return [...columns(lines), "", total + under].join("\n")
}
