import { expectAtLeast } from "../../closeness.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const leastValues: LossLaw<"adversarial"> = {
  name: "leastValues",
  statement: "No value is below the declared least one of its side (`laws.least`).",
  roles: ["adversarial"],
  applies({ laws, sides }) {
    if (laws.least === undefined) return "no bounds are declared (laws.least)"
    return sides.some(({ side }) => Number.isFinite(leastOf(laws.least!, side))) || "its values have no bound"
  },
  property: (loss) =>
    over(casesOf(loss, { alike: true }), (one) => {
      for (const side of loss.sides) {
        const bound = leastOf(loss.laws.least!, side.side)
        if (Number.isFinite(bound)) expectAtLeast(side.name, valuesOf(side, examplesOf(loss, one)), bound)
      }
    }),
}

const leastOf = (least: readonly [number, number], side: "opponent" | "learner") =>
  least[side === "opponent" ? 0 : 1]
