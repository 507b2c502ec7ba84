import { expectClose, float32 } from "../../closeness.ts"
import { canDouble, inDouble } from "../../double.ts"
import { casesOf, examplesOf, overSingle } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const rounding: LossLaw = {
  name: "rounding",
  statement:
    "In float32, in which it trains, the value is that in float64 but for some 1e-4: it keeps its digits.",
  roles: everyRole,
  applies: () => canDouble() || "the backend computes in float32 alone; that of --device js knows both",
  property: (loss) =>
    overSingle(casesOf(loss), (one) => {
      for (const side of loss.sides) {
        const exact = inDouble(() => valuesOf(side, examplesOf(loss, one)))
        expectClose(`${side.name} in float32`, valuesOf(side, examplesOf(loss, one)), exact, float32)
      }
    }),
}
