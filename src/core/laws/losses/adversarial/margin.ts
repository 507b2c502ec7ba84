import fc from "fast-check"
import { shown } from "../../closeness.ts"
import { Broken, undeclared } from "../../law.ts"
import { casesOf, examplesWith, fill, over, tensorsOf } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { gradientOf } from "../values.ts"
import { besideScores } from "./besideScores.ts"

export const margin: LossLaw<"adversarial"> = {
  name: "margin",
  statement:
    "The opponent's gradient is zero for real scores above `laws.margin` and fake scores below `-laws.margin`, and not zero before.",
  roles: ["adversarial"],
  applies({ laws: { margin, values } }) {
    if (margin !== undefined) return true
    if (typeof values === "function") return "the values at all scores tell of any margin (laws.values)"
    return undeclared(
      "laws.margin, the score beyond which the opponent is content, or laws.values as a function, which tells of it",
    )
  },
  property: (loss) => {
    const limit = loss.laws.margin!
    // In eighths about the margin, whole numbers farther off and small steps beside it, never 0: at the margin itself the gradient is a convention.
    const near = fc.integer({ min: -16, max: 15 }).map((at) => (at < 0 ? at : at + 1) / 8)
    const far = fc.constantFrom(3, -3, 8, -8, 19, -19, 1 / 64, -1 / 64, 1 / 1024, -1 / 1024)
    const beyond = fc.oneof({ withCrossShrink: true }, near, far).map((distance) => [distance])
    return over(casesOf(loss, { spread: false, inputs: besideScores(loss), besides: { beyond } }), (one) => {
      const [distance] = one.beyond!
      const score = limit + distance!
      const scores = {
        ...tensorsOf(loss, one),
        real: fill([score], one.shape!),
        fake: fill([-score], one.shape!),
      }
      const opponent = loss.sides.filter(({ side }) => side === "opponent")
      for (const side of opponent) {
        for (const name of ["real", "fake"] as const) {
          const slopes = Array.from(gradientOf(side, examplesWith(loss, one, scores), name) ?? [0])
          const kept = slopes.every((slope) => (distance! > 0 ? slope === 0 : slope !== 0))
          if (kept) continue
          const at = name === "real" ? score : -score
          throw new Broken(
            `the opponent's gradient at ${name} scores of ${at} to be ${distance! > 0 ? "zero" : "other than zero"}`,
            shown(slopes),
          )
        }
      }
    })
  },
}
