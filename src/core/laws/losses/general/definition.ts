import type { AdversarialFacts, PlainTensor, Role } from "../../../contracts/loss.ts"
import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import { type ExaminedLoss, everyRole, type LossFunction, type LossLaw } from "../examined.ts"
import { layersOf } from "../target/pairs.ts"
import { valuesOf } from "../values.ts"

/** Of a penalty a critic whose gradient is known tells the value; all else has values that no simple case tells. */
type Defined = Exclude<Role, "critic">

export const definition: LossLaw<Defined> = {
  name: "definition",
  statement:
    "The value is that by the definition, which the loss declares in plain numbers (`laws.definition`).",
  roles: everyRole.filter((role): role is Defined => role !== "critic"),
  applies: ({ role, laws }) => laws.definition !== undefined || (simple[role] ?? undeclaredDefinition),
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const examples = examplesOf(loss, one)
      const rows = one.shape![0]!
      const inputs = Object.fromEntries(
        loss.inputs.map(({ name }) => {
          const tensor = examples.inputs[name]!
          return [name, { shape: tensor.shape, values: Array.from(tensor.dataSync()) }]
        }),
      )
      const parts =
        loss.scope === "batch"
          ? [inputs]
          : Array.from({ length: rows }, (_, row) =>
              Object.fromEntries(Object.entries(inputs).map(([name, each]) => [name, exampleIn(each, row)])),
            )
      for (const side of loss.sides) {
        expectClose(
          `${side.name}, as defined,`,
          valuesOf(side, examples),
          parts.map((part) => definedValue(loss, side, part)),
        )
      }
    }),
}

const undeclaredDefinition = undeclared("laws.definition, what it computes, in plain numbers")

/** Why a loss of a role need not be defined in plain numbers: laws of simple cases know its value. */
const simple: { readonly [R in Defined]?: string } = {
  reconstruction: "it is declared for simple cases only (laws.definition would be for all)",
  features: "it is declared for simple cases only (laws.definition would be for all)",
  adversarial: "it is declared for simple cases only (laws.definition would be for all)",
  classification: "it is declared for simple cases only (laws.definition would be for all)",
}

type Part = Readonly<Record<string, PlainTensor>>

/** One example, as a batch of it alone. */
function exampleIn({ shape, values }: PlainTensor, row: number): PlainTensor {
  const size = values.length / shape[0]!
  return { shape: [1, ...shape.slice(1)], values: values.slice(row * size, (row + 1) * size) }
}

/** The examples of a batch, each with its values. */
const rowsIn = ({ shape, values }: PlainTensor): readonly (readonly number[])[] =>
  Array.from({ length: shape[0]! }, (_, row) => exampleIn({ shape, values }, row).values)

function definedValue(loss: ExaminedLoss<Defined>, { side }: LossFunction, part: Part): number {
  if (isOf(loss, "domains")) return loss.laws.definition!(rowsIn(part.source!), rowsIn(part.target!))
  if (isOf(loss, "reconstruction")) return loss.laws.definition!(part.output!, part.target!)
  if (isOf(loss, "features")) return loss.laws.definition!(layersOf(part, "output"), layersOf(part, "target"))
  if (isOf(loss, "adversarial")) {
    const [opponent, learner] = adversarialValues(loss.laws, part)
    return side === "opponent" ? opponent : learner
  }
  if (isOf(loss, "classification")) {
    const [label] = part.labels!.values
    return loss.laws.definition!(part.logits!.values, label! % part.logits!.shape[1]!)
  }
  const each = Object.entries(part).map(([name, tensor]) => [name, rowsIn(tensor)] as const)
  const examples = each[0]![1].map((_, row) =>
    Object.fromEntries(each.map(([name, rows]) => [name, rows[row]!])),
  )
  return (loss as ExaminedLoss<"regulariser">).laws.definition!(examples)
}

function adversarialValues({ definition }: AdversarialFacts, part: Part): readonly [number, number] {
  const { real, fake, realLogits, fakeLogits } = part
  const beside = (classLogits: PlainTensor | undefined) => (classLogits === undefined ? {} : { classLogits })
  return definition!({ scores: real!, ...beside(realLogits) }, { scores: fake!, ...beside(fakeLogits) })
}

function isOf<R extends Role>(loss: ExaminedLoss, role: R): loss is ExaminedLoss & ExaminedLoss<R> {
  return loss.role === role
}
