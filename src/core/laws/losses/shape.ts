import type { Law } from "../law.ts"
import { casesOf, over, tensorsOf } from "./cases.ts"
import { sidesOf, valuesOf } from "./side.ts"

export const shape: Law = {
  name: "shape",
  statement:
    "There is one float32 value per example, `[batch]` (`[]` for a loss over the batch), for any shape.",
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const tensors = tensorsOf(loss, one)
      for (const side of sidesOf(loss)) valuesOf(loss, side, tensors)
    }),
}
