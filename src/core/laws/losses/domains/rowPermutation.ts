import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectClose } from "../../closeness.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import { list } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import { orderBy } from "../order.ts"
import { valuesOf } from "../values.ts"

export const rowPermutation: LossLaw<"domains"> = {
  name: "rowPermutation",
  statement: "The examples of one domain may change places without those of the other: nothing pairs them.",
  roles: ["domains"],
  applies: ({ scope }) => scope === "batch" || "the loss has a value for each example (scope: example)",
  property: (loss) =>
    over(casesOf(loss, { besides: { keys: list(fc.nat(9)) } }), (one) => {
      const inputs = tensorsOf(loss, one)
      const order = orderBy(one.keys!, one.shape![0]!)
      for (const name of ["source", "target"] as const) {
        const moved = { ...inputs, [name]: tf.gather(inputs[name]!, tf.tensor1d(order, "int32")) }
        for (const side of loss.sides) {
          expectClose(
            `${side.name} of the ${name}'s examples in the order ${order.join(", ")}`,
            valuesOf(side, examplesWith(loss, one, moved)),
            valuesOf(side, examplesWith(loss, one, inputs)),
          )
        }
      }
    }),
}
