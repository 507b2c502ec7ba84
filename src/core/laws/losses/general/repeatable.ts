import { shown } from "../../closeness.ts"
import { Broken } from "../../law.ts"
import { casesOf, examplesOf, overSingle } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const repeatable: LossLaw = {
  name: "repeatable",
  statement:
    "The same inputs and draws give the same value, bit for bit: all that is random comes from `world.draw`.",
  roles: everyRole,
  applies: () => true,
  property: (loss) =>
    overSingle(casesOf(loss), (one) => {
      for (const side of loss.sides) {
        const [before, after] = [1, 2].map(() => valuesOf(side, examplesOf(loss, one)))
        if (before!.every((value, at) => Object.is(value, after![at]))) continue
        throw new Broken(`${side.name} to be ${shown(before!)} again`, shown(after!))
      }
    }),
}
