import { expectAtLeast } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const least: LossLaw<"regulariser"> = {
  name: "least",
  statement: "No value is below the declared least one (`laws.least`).",
  roles: ["regulariser"],
  applies: ({ laws }) =>
    laws.least !== undefined || undeclared("laws.least, the least value that it can have (or -Infinity)"),
  property: (loss) =>
    over(casesOf(loss), (one) => {
      for (const side of loss.sides) {
        expectAtLeast(side.name, valuesOf(side, examplesOf(loss, one)), loss.laws.least!)
      }
    }),
}
