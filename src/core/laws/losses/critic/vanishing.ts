import { expectClose, usual } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"
import { linearCases, linearExamples, onLinearCritic } from "./linearCritic.ts"

export const vanishing: LossLaw<"critic"> = {
  name: "vanishing",
  statement:
    "A critic whose gradient has the norm `laws.vanishesAt` pays nothing and learns nothing from the penalty.",
  roles: ["critic"],
  applies: ({ laws }) =>
    laws.vanishesAt !== undefined ||
    undeclared("laws.vanishesAt, the norm of a critic's gradient at which the penalty is 0"),
  property: (loss) =>
    over(linearCases(loss), (one) => {
      const norm = loss.laws.vanishesAt!
      const examples = linearExamples(loss, one, norm)
      for (const side of onLinearCritic(loss)) {
        const values = valuesOf(side, examples)
        expectClose(
          `${side.name} for a critic whose gradient has the norm ${norm}`,
          values,
          values.map(() => 0),
        )
        const slopes = gradientOf(side, examples, "weights") ?? []
        expectClose(
          `the gradient of ${side.name} in that critic's weights`,
          slopes,
          Array.from(slopes, () => 0),
          usual(10),
        )
      }
    }),
}
