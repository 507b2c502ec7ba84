import { expectFinite } from "../../closeness.ts"
import { casesOf, examplesOf, overSingle } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"

export const finite: LossLaw = {
  name: "finite",
  statement:
    "Values and gradients are finite for images in [-1, 1], zeros and ties, scores and logits up to 1e4 and features up to 100 either way.",
  roles: everyRole,
  applies: () => true,
  property: (loss) =>
    overSingle(casesOf(loss, { extreme: true }), (one) => {
      const examples = examplesOf(loss, one)
      for (const side of loss.sides) {
        expectFinite(side.name, valuesOf(side, examples))
        for (const name of side.learning) {
          expectFinite(`the gradient of ${side.name} in ${name}`, gradientOf(side, examples, name) ?? [])
        }
      }
    }),
}
