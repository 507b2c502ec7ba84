import fc from "fast-check"
import { expectClose, shown } from "../../closeness.ts"
import { Broken } from "../../law.ts"
import { over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { linearCases, linearExamples, onLinearCritic } from "./linearCritic.ts"
import { vanishing } from "./vanishing.ts"

/** Shares of the norm at which the penalty vanishes. */
const shares = fc.integer({ min: 0, max: 7 }).map((eighths) => [eighths / 8])

export const flatterCritics: LossLaw<"critic"> = {
  name: "flatterCritics",
  statement:
    "A critic whose gradient has less than the norm `laws.vanishesAt` pays nothing where the penalty is one-sided (`laws.oneSided`), and pays where it is not.",
  roles: ["critic"],
  applies: (loss, options) =>
    loss.laws.vanishesAt === 0 ? "no critic is flatter than flat" : vanishing.applies(loss, options),
  property: (loss) =>
    over(linearCases(loss, { share: shares }), (one) => {
      const { vanishesAt, oneSided = false } = loss.laws
      const norm = one.share![0]! * vanishesAt!
      const examples = linearExamples(loss, one, norm)
      for (const side of onLinearCritic(loss)) {
        const values = valuesOf(side, examples)
        const what = `${side.name} for a critic whose gradient has the norm ${norm}`
        if (oneSided) {
          expectClose(
            what,
            values,
            values.map(() => 0),
          )
        } else if (!values.every((value) => value > 0))
          throw new Broken(`${what} to be above 0`, shown(values))
      }
    }),
}
