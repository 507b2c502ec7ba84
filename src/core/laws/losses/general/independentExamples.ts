import { expectClose } from "../../closeness.ts"
import { casesOf, examplesOf, over, rowsOf } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const independentExamples: LossLaw = {
  name: "independentExamples",
  statement: "An example's value is the same in a batch as alone: no other example changes it.",
  roles: everyRole,
  applies: (loss) => loss.scope === "example" || "the loss is over the whole batch (scope: batch)",
  property: (loss) =>
    over(casesOf(loss, { leastBatch: 2 }), (one) => {
      const examples = examplesOf(loss, one)
      for (const side of loss.sides) {
        const together = valuesOf(side, examples)
        const apart = examples.rows.flatMap((row) => valuesOf(side, rowsOf(loss, examples, [row])))
        expectClose(`${side.name}, example by example as when each is alone,`, together, apart)
      }
    }),
}
