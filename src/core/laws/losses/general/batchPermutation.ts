import fc from "fast-check"
import { expectClose } from "../../closeness.ts"
import { casesOf, examplesOf, over, rowsOf } from "../cases.ts"
import { list } from "../draws.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import { orderBy } from "../order.ts"
import { valuesOf } from "../values.ts"

export const batchPermutation: LossLaw = {
  name: "batchPermutation",
  statement:
    "When the examples of a batch change places, their values change places with them (a value of the batch stays).",
  roles: everyRole,
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { leastBatch: 2, besides: { keys: list(fc.nat(9)) } }), (one) => {
      const examples = examplesOf(loss, one)
      const order = orderBy(one.keys!, examples.rows.length)
      for (const side of loss.sides) {
        const values = valuesOf(side, examples)
        const expected = loss.scope === "example" ? order.map((place) => values[place]!) : values
        expectClose(
          `${side.name} of examples in the order ${order.join(", ")}`,
          valuesOf(side, rowsOf(loss, examples, order)),
          expected,
        )
      }
    }),
}
