import type { TrialResult } from "../../contracts/result.ts"
import type { ExecutionCounts } from "./executionCounts.ts"
import { type JudgedValue, judgedValues } from "./judgedValues.ts"
import type { PublishedResults } from "./publishedResults.ts"
import { type ResultFacts, resultFacts } from "./resultFacts.ts"
import { type Column, cellOf, type Table } from "./table.ts"

/**
 * One metric of one published result, or one of several evaluations of it; a result without metrics has one row with an empty `metric`,
 * whose `value` is null.
 */
export interface PublishedRow extends ResultFacts, Omit<JudgedValue, "value"> {
  readonly kind: TrialResult["kind"]
  readonly value: number | null
}

/** What was published of an experiment, and what could not be read. */
export interface PublishedTable extends Pick<PublishedResults, "experiment" | "altered"> {
  /** In order of kind (judges, controls, arms), seed, arm, trial, execution and metric. */
  readonly rows: readonly PublishedRow[]
  readonly executions: ExecutionCounts
}

/** The long form: what tells of each value. */
export function publishedTable(published: PublishedResults): PublishedTable {
  const { experiment, executions, altered } = published
  return { experiment, rows: publishedRows(published), executions, altered }
}

function publishedRows({ experiment, results, planned }: PublishedResults): readonly PublishedRow[] {
  return results.flatMap((record) => {
    const { facts } = resultFacts(experiment, record, planned)
    const values = judgedValues(record, planned)
    return (values.length === 0 ? [unjudged] : values).map((value) => ({ ...facts, ...value }))
  })
}

const unjudged = {
  metric: "",
  value: null,
  noise: null,
  unit: "",
  higherIsBetter: null,
  images: null,
  identity: "",
  judging: "",
} as const

/** The rows as a table, whose columns keep their order: new ones stand at the end. */
export function longTable(rows: readonly PublishedRow[]): Table {
  return { columns, rows: rows.map((row) => columns.map(({ name }) => cellOf(row[name]))) }
}

const columns = [
  { name: "experiment", kind: "text" },
  { name: "trial", kind: "text" },
  { name: "kind", kind: "text" },
  { name: "arm", kind: "text" },
  { name: "role", kind: "text" },
  { name: "seed", kind: "whole" },
  { name: "execution", kind: "text" },
  { name: "judging", kind: "text" },
  { name: "attempt", kind: "whole" },
  { name: "status", kind: "text" },
  { name: "metric", kind: "text" },
  { name: "value", kind: "number" },
  { name: "identity", kind: "text" },
  { name: "steps", kind: "whole" },
  { name: "trainSeconds", kind: "number" },
  { name: "seconds", kind: "number" },
  { name: "weightsSha256", kind: "text" },
  { name: "peakMemory", kind: "number" },
  { name: "code", kind: "text" },
  { name: "commit", kind: "text" },
  { name: "engine", kind: "text" },
  { name: "device", kind: "text" },
  { name: "startedAt", kind: "text" },
  { name: "evidence", kind: "text" },
  { name: "altered", kind: "text" },
  { name: "profile", kind: "text" },
  { name: "definition", kind: "text" },
  { name: "dataset", kind: "text" },
  { name: "datasetDigest", kind: "text" },
  { name: "unit", kind: "text" },
  { name: "higherIsBetter", kind: "truth" },
  { name: "noise", kind: "number" },
  { name: "images", kind: "whole" },
] as const satisfies readonly (Column & { readonly name: keyof PublishedRow })[]
