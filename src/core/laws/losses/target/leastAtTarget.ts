import { expectAtLeast } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { type WithTarget, withTarget } from "./pairs.ts"

export const leastAtTarget: LossLaw<WithTarget> = {
  name: "leastAtTarget",
  statement: "No output has a lower value than the target itself (`laws.atTarget`).",
  roles: withTarget,
  applies: ({ laws }) =>
    laws.atTarget !== undefined || undeclared("laws.atTarget, the value where output equals target"),
  property: (loss) =>
    over(casesOf(loss, { alike: true }), (one) => {
      const examples = examplesOf(loss, one)
      for (const side of loss.sides) {
        expectAtLeast(side.name, valuesOf(side, examples), loss.laws.atTarget)
      }
    }),
}
