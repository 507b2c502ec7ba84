import * as tf from "@saddlepoint/engine/tf"
import { expectAtMost } from "../../closeness.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const equalDomains: LossLaw<"domains"> = {
  name: "equalDomains",
  statement: "The distance between equal batches is 0, or within the declared bounds (`laws.ofEqual`).",
  roles: ["domains"],
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { inputs: ["source"] }), (one) => {
      const { source } = tensorsOf(loss, one)
      const [least, most] = loss.laws.ofEqual?.(one.shape![0]!) ?? [0, 0]
      for (const side of loss.sides) {
        const equal = examplesWith(loss, one, { source: source!, target: tf.clone(source!) })
        const values = valuesOf(side, equal)
        const each = (bound: number) => values.map(() => bound)
        expectAtMost(`${side.name} of equal domains`, values, each(most))
        expectAtMost(
          `the negative of ${side.name} of equal domains`,
          values.map((value) => -value),
          each(-least),
        )
      }
    }),
}
