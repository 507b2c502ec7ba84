import { expectClose, usual } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesWith, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { gradientOf } from "../values.ts"
import { targetsAlone, type WithTarget, withOutputs, withTarget } from "./pairs.ts"

export const flatAtTarget: LossLaw<WithTarget> = {
  name: "flatAtTarget",
  statement: "The gradient in the output vanishes at the target.",
  roles: withTarget,
  applies({ laws: { smoothAtTarget } }) {
    if (smoothAtTarget === undefined)
      return undeclared("laws.smoothAtTarget, whether the gradient vanishes at the target")
    return (
      smoothAtTarget ||
      "the loss has a kink at the target, where the gradient is a convention (laws.smoothAtTarget: false)"
    )
  },
  property: (loss) =>
    over(casesOf(loss, targetsAlone(loss)), (one) => {
      const examples = examplesWith(loss, one, withOutputs(loss, one))
      for (const side of loss.sides) {
        for (const name of side.learning) {
          const slopes = gradientOf(side, examples, name) ?? []
          // A sum of magnitudes, so that a mean over many positions does not make every gradient look small
          const steepness = Array.from(slopes).reduce((total, slope) => total + Math.abs(slope), 0)
          expectClose(
            `the magnitudes of the gradient of ${side.name} in ${name} at the target, summed,`,
            [steepness],
            [0],
            usual(10),
          )
        }
      }
    }),
}
