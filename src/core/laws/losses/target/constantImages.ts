import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const constantImages: LossLaw<"reconstruction"> = {
  name: "constantImages",
  statement:
    "Where output and target are each of one value everywhere, the value is the declared one (`laws.constantImages`).",
  roles: ["reconstruction"],
  applies({ laws }) {
    if (laws.constantImages !== undefined) return true
    if (laws.constantDifference !== undefined)
      return "the difference alone tells the value (laws.constantDifference)"
    if (laws.definition !== undefined) return "the definition tells the value of any case (laws.definition)"
    return undeclared("laws.constantImages, the value for two images of one value each")
  },
  property: (loss) => {
    const [output, target] = ["output", "target"].map((name) =>
      loss.inputs.find((input) => input.name === name)!.values.map((value) => [value]),
    )
    const besides = { output: output!, target: target! }
    return over(casesOf(loss, { inputs: [], besides }), (one) => {
      const [level, aim] = [one.output![0]!, one.target![0]!]
      const expected = loss.laws.constantImages!(level, aim)
      for (const side of loss.sides) {
        const values = valuesOf(side, examplesOf(loss, one))
        expectClose(
          `${side.name} at outputs of ${level} and targets of ${aim}`,
          values,
          values.map(() => expected),
        )
      }
    })
  },
}
