import * as tf from "@saddlepoint/engine/tf"
import { expectClose } from "../closeness.ts"
import type { Law } from "../law.ts"
import { casesOf, over, tensorsOf } from "./cases.ts"
import { sidesOf, valuesOf } from "./side.ts"

export const independentExamples: Law = {
  name: "independentExamples",
  statement: "An example's value is the same in a batch as alone: no other example changes it.",
  applies: (loss) => loss.scope === "example" || "the loss is over the whole batch (scope: batch)",
  property: (loss) =>
    over(casesOf(loss, {}, 2), (one) => {
      const tensors = tensorsOf(loss, one)
      const alone = (index: number) =>
        Object.fromEntries(
          Object.entries(tensors).map(([name, tensor]) => [
            name,
            tf.gather(tensor, tf.tensor1d([index], "int32")),
          ]),
        )
      for (const side of sidesOf(loss)) {
        const together = valuesOf(loss, side, tensors)
        const apart = together.flatMap((_, index) => valuesOf(loss, side, alone(index)))
        expectClose(`${side.name}, example by example as when each is alone,`, together, apart)
      }
    }),
}
