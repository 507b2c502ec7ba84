import { expectAtLeast } from "../../closeness.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { vanishing } from "./vanishing.ts"

export const neverNegative: LossLaw<"critic"> = {
  name: "neverNegative",
  statement:
    "No critic pays less than one whose gradient has the norm `laws.vanishesAt`, which pays nothing.",
  roles: ["critic"],
  applies: vanishing.applies,
  property: (loss) =>
    over(casesOf(loss, { alike: true }), (one) => {
      for (const side of loss.sides) {
        expectAtLeast(side.name, valuesOf(side, examplesOf(loss, one)), 0)
      }
    }),
}
