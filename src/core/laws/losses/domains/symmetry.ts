import { expectClose } from "../../closeness.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

export const symmetry: LossLaw<"domains"> = {
  name: "symmetry",
  statement: "Swapping the domains leaves the distance between them.",
  roles: ["domains"],
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const { source, target } = tensorsOf(loss, one)
      for (const side of loss.sides) {
        expectClose(
          `${side.name} of swapped domains`,
          valuesOf(side, examplesWith(loss, one, { source: target!, target: source! })),
          valuesOf(side, examplesWith(loss, one, { source: source!, target: target! })),
        )
      }
    }),
}
