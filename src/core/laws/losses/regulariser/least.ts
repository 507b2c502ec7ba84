import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectAtLeast } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

/** What inputs are multiplied by: near 0 are the least values of most that is known. */
const scales = fc.constantFrom(1, 1 / 4, 1 / 16, 0).map((scale) => [scale])

export const least: LossLaw<"regulariser"> = {
  name: "least",
  statement: "No value is below the declared least one (`laws.least`).",
  roles: ["regulariser"],
  applies: ({ laws }) =>
    laws.least !== undefined || undeclared("laws.least, the least value that it can have (or -Infinity)"),
  property: (loss) =>
    over(casesOf(loss, { alike: true, besides: { scale: scales } }), (one) => {
      const inputs = Object.entries(tensorsOf(loss, one)).map(([name, tensor]) => [
        name,
        tf.mul(tensor, one.scale![0]!),
      ])
      const examples = examplesWith(loss, one, Object.fromEntries(inputs))
      for (const side of loss.sides) {
        expectAtLeast(side.name, valuesOf(side, examples), loss.laws.least!)
      }
    }),
}
