import * as tf from "@saddlepoint/engine/tf"
import { expectAtLeast, expectAtMost } from "../../closeness.ts"
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
        const what = `${side.name} of equal domains`
        expectAtLeast(what, values, least)
        expectAtMost(
          what,
          values,
          values.map(() => most),
        )
      }
    }),
}
