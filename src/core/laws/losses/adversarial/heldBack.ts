import { shown } from "../../closeness.ts"
import { Broken } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { gradientOf } from "../values.ts"
import { besideScores } from "./besideScores.ts"

export const heldBack: LossLaw<"adversarial"> = {
  name: "heldBack",
  statement: "Nobody learns through what stands beside the scores: no gradient reaches the class logits.",
  roles: ["adversarial"],
  applies: (loss) => besideScores(loss).length > 0 || "it looks at nothing beside the scores",
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const examples = examplesOf(loss, one)
      for (const side of loss.sides) {
        for (const name of besideScores(loss)) {
          const slopes = gradientOf(side, examples, name) ?? []
          if (Array.from(slopes).every((slope) => slope === 0)) continue
          throw new Broken(`no gradient of ${side.name} to reach ${name}`, shown(slopes))
        }
      }
    }),
}
