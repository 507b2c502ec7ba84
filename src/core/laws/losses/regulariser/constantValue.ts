import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesWith, fill, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const constantValue: LossLaw<"regulariser"> = {
  name: "constantValue",
  statement:
    "Where everything that the player gave is one number, the value is the declared one (`laws.constant`).",
  roles: ["regulariser"],
  applies: ({ laws }) =>
    laws.constant !== undefined || undeclared("laws.constant, the value where all is one number"),
  property: (loss) => {
    const image = loss.inputs.find(({ range }) => range !== undefined)
    const numbers = (image ?? loss.inputs[0]!).values
    const cases = casesOf(loss, { inputs: [], besides: { number: numbers.map((number) => [number]) } })
    return over(cases, (one) => {
      const [number] = one.number!
      const inputs = loss.inputs.map(({ name, shape }) => [name, fill([number!], shape(one.shape!))])
      for (const side of loss.sides) {
        const values = valuesOf(side, examplesWith(loss, one, Object.fromEntries(inputs)))
        expectClose(
          `${side.name} where all is ${number}`,
          values,
          values.map(() => loss.laws.constant!(number!)),
        )
      }
    })
  },
}
