import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectClose } from "../closeness.ts"
import type { Law } from "../law.ts"
import { casesOf, over, tensorsOf } from "./cases.ts"
import { sidesOf, valuesOf } from "./side.ts"

/** Three keys; the order of the first ones is a permutation of a batch of up to three. */
const keys = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((three) => [...three])

export const batchPermutation: Law = {
  name: "batchPermutation",
  statement:
    "When the examples of a batch change places, their values change places with them (a value of the batch stays).",
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { keys }, 2), (one) => {
      const tensors = tensorsOf(loss, one)
      const order = Array.from({ length: one.shape![0]! }, (_, at) => at)
      order.sort((a, b) => one.keys![b]! - one.keys![a]! || b - a)
      const places = tf.tensor1d(order, "int32")
      const moved = Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [name, tf.gather(tensor, places)]),
      )
      for (const side of sidesOf(loss)) {
        const values = valuesOf(loss, side, tensors)
        const expected = loss.scope === "example" ? order.map((place) => values[place]!) : values
        expectClose(
          `${side.name} of examples in the order ${order.join(", ")}`,
          valuesOf(loss, side, moved),
          expected,
        )
      }
    }),
}
