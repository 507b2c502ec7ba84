import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesWith, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { targetsAlone, type WithTarget, withOutputs, withTarget } from "./pairs.ts"

export const valueAtTarget: LossLaw<WithTarget> = {
  name: "valueAtTarget",
  statement: "Where the output equals the target, the value is the declared one (`laws.atTarget`).",
  roles: withTarget,
  applies: ({ laws }) =>
    laws.atTarget !== undefined || undeclared("laws.atTarget, the value where output equals target"),
  property: (loss) =>
    over(casesOf(loss, targetsAlone(loss)), (one) => {
      const examples = examplesWith(loss, one, withOutputs(loss, one))
      for (const side of loss.sides) {
        const values = valuesOf(side, examples)
        expectClose(
          `${side.name} at the target`,
          values,
          values.map(() => loss.laws.atTarget),
        )
      }
    }),
}
