import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectClose } from "../../closeness.ts"
import { casesOf, examplesWith, fill, over, tensorsOf } from "../cases.ts"
import { list } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import { orderBy } from "../order.ts"
import { valuesOf } from "../values.ts"
import { labelsOf } from "./logits.ts"

export const classPermutation: LossLaw<"classification"> = {
  name: "classPermutation",
  statement: "Naming the classes in another order, logits and labels alike, leaves the value.",
  roles: ["classification"],
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { besides: { keys: list(fc.nat(9)) } }), (one) => {
      const [batch, classes] = one.shape!
      const inputs = tensorsOf(loss, one)
      const order = orderBy(one.keys!, classes!)
      const renamed = {
        logits: tf.gather(inputs.logits!, tf.tensor1d(order, "int32"), 1),
        labels: fill(
          labelsOf(loss, one).map((label) => order.indexOf(label)),
          [batch!],
          "int32",
        ),
      }
      for (const side of loss.sides) {
        expectClose(
          `${side.name} of classes in the order ${order.join(", ")}`,
          valuesOf(side, examplesWith(loss, one, renamed)),
          valuesOf(side, examplesWith(loss, one, inputs)),
        )
      }
    }),
}
