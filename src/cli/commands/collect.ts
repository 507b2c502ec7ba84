import { neutral } from "@saddlepoint/core/contracts/neutral"
import { curveTable } from "@saddlepoint/lab/store/reading/curveTable"
import { mixedInWords } from "@saddlepoint/lab/store/reading/executionCounts"
import { type PublishedResults, publishedResults } from "@saddlepoint/lab/store/reading/publishedResults"
import { longTable, type PublishedTable, publishedTable } from "@saddlepoint/lab/store/reading/publishedRows"
import { csvLines, rowObjects, type Table } from "@saddlepoint/lab/store/reading/table"
import { wideRows, wideTable } from "@saddlepoint/lab/store/reading/wideTable"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closenessOf, failWhereAltered } from "../closeness.ts"
import { columns } from "../columns.ts"
import { attempt, WrongCall } from "../exit.ts"
import { check, json, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { complain, say, sayLong } from "../say.ts"

export const collect = Command.make(
  "collect",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment of the run store"),
    ),
    store,
    check,
    wide: Flag.Boolean("wide").pipe(
      Flag.withDescription(
        "one row for each result (a trial under one execution), with every metric and every parameter of its arm as a column; with --json a list of objects",
      ),
      Flag.withDefault(false),
    ),
    curves: Flag.Boolean("curves").pipe(
      Flag.withDescription(
        "the losses of each result, one row for each series of each step: of every step, beyond 10,000 steps of every few; with --json a list of objects",
      ),
      Flag.withDefault(false),
    ),
    csv: Flag.Boolean("csv").pipe(
      Flag.withDescription("print comma-separated values with a line of names"),
      Flag.withDefault(false),
    ),
    parquet: Flag.String("parquet").pipe(
      Flag.withDescription("write a Parquet file of that name, which is not there yet, with typed columns"),
      Flag.optional,
    ),
    json,
  },
  Effect.fn(function* ({ parquet, ...options }) {
    const file = Option.getOrUndefined(parquet)
    yield* attempt(() => refuseContradictions({ ...options, file }))
    yield* attempt(() => knownSchema(options.store))
    // The writer is loaded where it is needed.
    const { refuseTaken, writeParquet } = yield* attempt(() =>
      file === undefined ? nothingToWrite : import("../parquetFile.ts"),
    )
    const published = yield* attempt(() => {
      const [experiment] = experimentsNamed(options.store, options.experiment)
      refuseTaken?.(file!)
      return publishedResults(options.store, experiment!, closenessOf(options))
    })
    failWhereAltered(options, [published])
    const shape = options.wide ? "wide" : options.curves ? "curves" : "long"
    if (writeParquet !== undefined) {
      const table = tableOf(published, shape)
      const rows = yield* attempt(() => writeParquet(file!, table))
      const columns = table.columns.length
      yield* say(
        options.json
          ? JSON.stringify({ file, rows, columns })
          : `Wrote ${file}: ${rows} rows, ${columns} columns.`,
      )
    } else if (options.csv) yield* sayLong(csvLines(tableOf(published, shape)))
    else if (!options.json) yield* say(textOf(publishedTable(published)))
    else if (shape === "long") yield* say(JSON.stringify(publishedTable(published)))
    else yield* sayLong(jsonParts(tableOf(published, shape)))
    // The JSON of the long form has them in it.
    if (options.json && shape === "long" && file === undefined) return
    for (const { trial, sentence } of published.altered)
      yield* complain(trial === undefined ? sentence : `Trial ${trial}: ${sentence}`)
  }),
).pipe(
  Command.withDescription("Print every published result of an experiment, from the run store alone"),
  Command.withExamples([
    {
      command: "saddlepoint collect dann-vs-cycada --wide --parquet results.parquet",
      description: "One row for each result, for pandas, polars or R",
    },
    {
      command: "saddlepoint collect dann-vs-cycada --curves --csv > curves.csv",
      description: "Every loss of every step",
    },
  ]),
)

const nothingToWrite: Partial<typeof import("../parquetFile.ts")> = {}

interface Asked {
  readonly wide: boolean
  readonly curves: boolean
  readonly csv: boolean
  readonly json: boolean
  readonly file: string | undefined
}

function refuseContradictions({ wide, curves, csv, json, file }: Asked): void {
  const both = (one: string, other: string) =>
    new WrongCall(`Expected ${one} or ${other}, but got both; leave one out.`)
  if (wide && curves) throw both("--wide", "--curves")
  if (csv && json) throw both("--csv", "--json")
  if (csv && file !== undefined) throw both("--csv", "--parquet")
  if ((wide || curves) && !csv && !json && file === undefined) {
    throw new WrongCall(
      `Expected --csv, --json or --parquet FILE beside ${wide ? "--wide" : "--curves"}, as no terminal has room for that table, but got none; add one.`,
    )
  }
}

function tableOf(published: PublishedResults, shape: "long" | "wide" | "curves"): Table {
  if (shape === "wide") return wideTable(wideRows(published))
  return shape === "curves" ? curveTable(published) : longTable(publishedTable(published).rows)
}

/** A list of one object for each row, in parts. */
function* jsonParts(table: Table): Generator<string> {
  let before = "["
  for (const row of rowObjects(table)) {
    yield `${before}${neutral(JSON.stringify(row))}`
    before = ",\n"
  }
  yield before === "[" ? "[]\n" : "]\n"
}

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
