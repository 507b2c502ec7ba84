import { readJournal } from "../attempts/journal.ts"
import type { PublishedResults } from "./publishedResults.ts"
import type { Cell, Column, Table } from "./table.ts"

/**
 * The losses of every published result over its steps, one row for each series of each step, as its journal holds them: every step of
 * trials of up to 10,000, of longer ones every k-th, with the smallest k that leaves at most 10,000; nothing else is left out, and nothing
 * is smoothed. `step` counts over all stages from 0, `series` is `move/term`, e.g. `generator/l1`, and `move/total`; a move that is not in a
 * step has no row there. Values are as they were reported, those of trials that diverged may be NaN or infinite. In the order of
 * the results, then of the journal. Journals are read one by one, as rows are asked for.
 */
export function curveTable({ experiment, results }: PublishedResults): Table {
  return { columns, rows: { [Symbol.iterator]: () => curveRows(experiment, results) } }
}

function* curveRows(
  experiment: string,
  results: PublishedResults["results"],
): Generator<readonly Cell[], void, undefined> {
  for (const { result, folder } of results) {
    const { trial, arm, seed, execution } = result
    for (const { stage, step, losses } of readJournal(folder).steps) {
      for (const series in losses) {
        yield [experiment, trial, arm, seed, execution, stage, step, series, losses[series]!]
      }
    }
  }
}

const columns: readonly Column[] = [
  { name: "experiment", kind: "text" },
  { name: "trial", kind: "text" },
  { name: "arm", kind: "text" },
  { name: "seed", kind: "whole" },
  { name: "execution", kind: "text" },
  { name: "stage", kind: "text" },
  { name: "step", kind: "whole" },
  { name: "series", kind: "text" },
  { name: "value", kind: "number" },
]
