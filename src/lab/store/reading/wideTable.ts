import { type JudgedValue, standingValues } from "./judgedValues.ts"
import type { PublishedResults } from "./publishedResults.ts"
import { type ResultFacts, resultFacts } from "./resultFacts.ts"
import { parameterNames, type Scalar } from "./specParameters.ts"
import { type Cell, type Column, type ColumnKind, cellOf, type Table } from "./table.ts"

/** One published result (a trial under one execution) with all that was chosen for it and all that it reached. */
export interface WideRow extends ResultFacts {
  /** By path, e.g. `method.losses[0].weight`, in a fixed order; see `specParameters`. */
  readonly parameters: ReadonlyMap<string, Scalar>
  /** By name of the metric's output, in its order; none of judges and of trials that diverged. */
  readonly metrics: ReadonlyMap<string, JudgedValue>
}

/** One row for each published result, judges and controls too, in their order. */
export function wideRows({ experiment, results, planned }: PublishedResults): readonly WideRow[] {
  return results.map((record) => {
    const { facts, parameters } = resultFacts(experiment, record, planned)
    const values = standingValues(record, planned).map((one) => [one.metric, one] as const)
    return { ...facts, parameters, metrics: new Map(values) }
  })
}

/**
 * The rows as a table: the facts of a result, of each metric its value under its name and `NAME.noise`, `NAME.unit`, `NAME.higherIsBetter`,
 * `NAME.images`, `NAME.identity`, `NAME.judging` (see `JudgedValue`), then every parameter that any of the rows has. Numbers among the
 * parameters are float64. A parameter that is a number in one row and something else in another is text. A metric that is called as
 * another column gets `metric.` before its name.
 */
export function wideTable(rows: readonly WideRow[]): Table {
  const parameters = parameterNames(rows.map(({ parameters }) => parameters))
  const parameterColumns = parameters.map((name) => ({
    name,
    kind: kindOf(rows.map(({ parameters }) => parameters.get(name))),
  }))
  const taken = new Set([...factColumns, ...parameterColumns].map(({ name }) => name))
  const metrics = [...new Set(rows.flatMap(({ metrics }) => [...metrics.keys()]))].sort()
  const metricColumns = metrics.map((metric) => columnsOf(metric, taken))
  return {
    columns: [...factColumns, ...metricColumns.flat(), ...parameterColumns],
    rows: rows.map((row) => [
      ...factColumns.map(({ name }) => cellOf(row[name])),
      ...metrics.flatMap((metric) => {
        const judged = row.metrics.get(metric)
        return judgedParts.map(({ part }) => cellOf(judged?.[part]))
      }),
      ...parameterColumns.map(({ name, kind }) => parameterCell(row.parameters.get(name), kind)),
    ]),
  }
}

const factColumns = [
  { name: "experiment", kind: "text" },
  { name: "profile", kind: "text" },
  { name: "definition", kind: "text" },
  { name: "trial", kind: "text" },
  { name: "kind", kind: "text" },
  { name: "arm", kind: "text" },
  { name: "role", kind: "text" },
  { name: "seed", kind: "whole" },
  { name: "execution", kind: "text" },
  { name: "attempt", kind: "whole" },
  { name: "status", kind: "text" },
  { name: "evidence", kind: "text" },
  { name: "dataset", kind: "text" },
  { name: "datasetDigest", kind: "text" },
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
  { name: "altered", kind: "text" },
] as const satisfies readonly (Column & { readonly name: keyof ResultFacts })[]

const judgedParts = [
  { part: "value", suffix: "", kind: "number" },
  { part: "noise", suffix: ".noise", kind: "number" },
  { part: "unit", suffix: ".unit", kind: "text" },
  { part: "higherIsBetter", suffix: ".higherIsBetter", kind: "truth" },
  { part: "images", suffix: ".images", kind: "whole" },
  { part: "identity", suffix: ".identity", kind: "text" },
  { part: "judging", suffix: ".judging", kind: "text" },
] as const satisfies readonly {
  readonly part: keyof JudgedValue
  readonly suffix: string
  readonly kind: ColumnKind
}[]

function columnsOf(metric: string, taken: Set<string>): readonly Column[] {
  const under = (name: string) => judgedParts.map(({ suffix, kind }) => ({ name: name + suffix, kind }))
  let name = metric
  while (under(name).some((column) => taken.has(column.name))) name = `metric.${name}`
  const columns = under(name)
  for (const column of columns) taken.add(column.name)
  return columns
}

function kindOf(values: readonly (Scalar | undefined)[]): ColumnKind {
  const types = new Set(values.flatMap((value) => (value === undefined ? [] : [typeof value])))
  if (types.size !== 1) return "text"
  return types.has("number") ? "number" : types.has("boolean") ? "truth" : "text"
}

function parameterCell(value: Scalar | undefined, kind: ColumnKind): Cell {
  if (value === undefined) return null
  return kind === "text" ? String(value) : value
}
