import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { ExaminedLoss, LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

/** Roles of which no simple case tells the value. */
const defined = ["domains", "regulariser"] as const

type Defined = (typeof defined)[number]

export const definition: LossLaw<Defined> = {
  name: "definition",
  statement:
    "The value is that by the definition, which the loss declares in plain numbers (`laws.definition`).",
  roles: defined,
  applies: ({ laws }) =>
    laws.definition !== undefined || undeclared("laws.definition, what it computes, in plain numbers"),
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const examples = examplesOf(loss, one)
      const rows = Object.fromEntries(
        loss.inputs.map(({ name }) => [
          name,
          rowsOfTensor(examples.inputs[name]!.dataSync(), one.shape![0]!),
        ]),
      )
      const expected = definedValues(loss, rows)
      for (const side of loss.sides) {
        expectClose(`${side.name}, as defined,`, valuesOf(side, examples), expected)
      }
    }),
}

type Rows = readonly (readonly number[])[]

function rowsOfTensor(values: ArrayLike<number>, rows: number): Rows {
  const size = values.length / rows
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: size }, (_, at) => values[row * size + at]!),
  )
}

/** Of the batch, or of each example alone. */
function definedValues(loss: ExaminedLoss<Defined>, rows: Readonly<Record<string, Rows>>): readonly number[] {
  if (loss.scope === "batch") return [definedValue(loss, rows)]
  const [first] = Object.values(rows)
  return first!.map((_, row) =>
    definedValue(loss, Object.fromEntries(Object.entries(rows).map(([name, each]) => [name, [each[row]!]]))),
  )
}

function definedValue(loss: ExaminedLoss<Defined>, rows: Readonly<Record<string, Rows>>): number {
  if (isOfDomains(loss)) return loss.laws.definition!(rows.source!, rows.target!)
  const [first] = Object.values(rows)
  const examples = first!.map((_, row) =>
    Object.fromEntries(Object.entries(rows).map(([name, each]) => [name, each[row]!])),
  )
  return (loss as ExaminedLoss<"regulariser">).laws.definition!(examples)
}

const isOfDomains = (loss: ExaminedLoss<Defined>): loss is ExaminedLoss<"domains"> => loss.role === "domains"
