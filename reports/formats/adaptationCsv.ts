import { type Adaptation, type Adapted, adaptedArms } from "../findings/adaptation/adaptation.ts"
import { changes, summed } from "../findings/adaptation/classAnswers.ts"
import { csv } from "./csv.ts"

const header = [
  "arm",
  "method",
  "selection",
  "source",
  "target",
  "lowerBound",
  "upperBound",
  "quantity",
  "class",
  "answered",
  "value",
  "low",
  "high",
  "seeds",
  "note",
] as const

/**
 * `adaptation.csv`: one row for every fact of an arm that adapts. Quantities: `gapClosed` (a share, with the ends of its
 * 95 % interval), `recallChange` (of a class, against the lower bound, in [-1, 1]) and `count` (target test images of a class
 * with one answer), both over all seeds together.
 */
export function adaptationCsv(adaptation: Adaptation): string {
  const arms = adaptedArms(adaptation)
  return csv([header, ...arms.flatMap((adapted) => rowsOf(adapted, arms))])
}

type Row = Readonly<Record<(typeof header)[number], string | number | undefined>>

function rowsOf(adapted: Adapted, arms: readonly Adapted[]): (string | number | undefined)[][] {
  const { arm, method, selection, source, target, lower, upper, gap, answers } = adapted
  const about = {
    arm: arm.name,
    method,
    selection,
    source,
    target,
    lowerBound: lower?.name,
    upperBound: upper?.name,
  }
  const row = (fact: Partial<Row>) => header.map((name) => ({ ...about, ...fact })[name as keyof Row])
  const { closed, sentence } = gap
  const rows =
    arm === lower || arm === upper
      ? []
      : [
          row({
            quantity: "gapClosed",
            value: closed?.fraction,
            low: closed?.interval?.low,
            high: closed?.interval?.high,
            seeds: closed?.seeds,
            note: sentence,
          }),
        ]
  if (answers === null || !answers.labelled) return rows
  const { classes } = answers
  const from = arms.find((other) => other.arm === lower)?.answers
  const change = from === undefined || from === null || arm === lower ? null : changes(answers, from)
  return [
    ...rows,
    ...(change?.values ?? []).map((value, label) =>
      row({
        quantity: "recallChange",
        class: classes[label],
        value: Number.isNaN(value) ? undefined : value,
        seeds: change?.seeds,
      }),
    ),
    ...[...summed(answers).counts].map((value, at) =>
      row({
        quantity: "count",
        class: classes[Math.floor(at / classes.length)],
        answered: classes[at % classes.length],
        value,
        seeds: answers.target.size,
      }),
    ),
  ]
}
