import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectAtMost } from "../../closeness.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { twoLevels } from "./logits.ts"

export const towardsLabel: LossLaw<"classification"> = {
  name: "towardsLabel",
  statement: "Raising the right class's logit never raises the value.",
  roles: ["classification"],
  applies: () => true,
  property: (loss) => {
    const rise = fc.integer({ min: 1, max: 80 }).map((quarters) => [quarters / 4])
    return over(casesOf(loss, { besides: { rise } }), (one) => {
      const inputs = tensorsOf(loss, one)
      const [rise] = one.rise!
      const raised = { ...inputs, logits: tf.add(inputs.logits!, twoLevels(loss, one, rise!, 0)) }
      for (const side of loss.sides) {
        expectAtMost(
          `${side.name} after the right logit rose by ${rise}`,
          valuesOf(side, examplesWith(loss, one, raised)),
          valuesOf(side, examplesWith(loss, one, inputs)),
        )
      }
    })
  },
}
