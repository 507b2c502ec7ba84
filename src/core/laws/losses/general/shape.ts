import { shown } from "../../closeness.ts"
import { Broken } from "../../law.ts"
import { casesOf, examplesOf, overSingle } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"

export const shape: LossLaw = {
  name: "shape",
  statement:
    "There is one float32 value per example, `[batch]` (`[]` for a loss over the batch), for any shape.",
  roles: everyRole,
  applies: () => true,
  property: (loss) =>
    overSingle(casesOf(loss), (one) => {
      const expected = loss.scope === "example" ? [one.shape![0]!] : []
      for (const side of loss.sides) {
        const values = side.of(examplesOf(loss, one))
        if (shown(values.shape) === shown(expected) && values.dtype === "float32") continue
        throw new Broken(
          `${side.name} to be float32 of shape ${shown(expected)}`,
          `${values.dtype} of shape ${shown(values.shape)}`,
        )
      }
    }),
}
