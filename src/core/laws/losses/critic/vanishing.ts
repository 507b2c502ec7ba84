import { expectClose, float32 } from "../../closeness.ts"
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
    laws.vanishesAt !== undefined || "the loss declares no norm at which it vanishes (laws.vanishesAt)",
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
          {
            ...float32,
            absolute: 1e-3,
          },
        )
      }
    }),
}
