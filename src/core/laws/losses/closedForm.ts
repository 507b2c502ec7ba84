import fc from "fast-check"
import type { AdversarialLoss } from "../../contracts/loss.ts"
import { expectClose } from "../closeness.ts"
import type { Law } from "../law.ts"
import { over, shapesOf, tensorsOf } from "./cases.ts"
import { sidesOf, valuesOf } from "./side.ts"

export const closedForm: Law<AdversarialLoss> = {
  name: "closedForm",
  statement: "At constant scores both sides have the declared values (`laws.values`).",
  applies: ({ laws }) => laws.values.length > 0 || "the loss declares no closed forms (laws.values)",
  property: (loss) => {
    const cases = fc
      .record({ shape: shapesOf(loss), row: fc.nat(loss.laws.values.length - 1) })
      .map(({ shape, row }) => {
        const [real, fake] = loss.laws.values[row]!
        return { shape, row: [row], real: [real], fake: [fake] }
      })
    return over(cases, (one) => {
      const [, , ...expected] = loss.laws.values[one.row![0]!]!
      sidesOf(loss).forEach((side, index) => {
        const values = valuesOf(loss, side, tensorsOf(loss, one))
        expectClose(
          `${side.name} at real scores of ${one.real![0]} and fake scores of ${one.fake![0]}`,
          values,
          values.map(() => expected[index]!),
        )
      })
    })
  },
}
