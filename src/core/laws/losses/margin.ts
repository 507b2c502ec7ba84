import fc from "fast-check"
import type { AdversarialLoss } from "../../contracts/loss.ts"
import { shown } from "../closeness.ts"
import { Broken, type Law } from "../law.ts"
import { fill, over, shapesOf } from "./cases.ts"
import { gradientOf, sidesOf } from "./side.ts"

export const margin: Law<AdversarialLoss> = {
  name: "margin",
  statement:
    "The discriminator's gradient is zero for real scores above `laws.margin` and fake scores below `-laws.margin`, and not zero before.",
  applies: ({ laws }) => laws.margin !== undefined || "the loss declares no margin (laws.margin)",
  property: (loss) => {
    const limit = loss.laws.margin!
    // Distances beyond the margin in eighths, never 0: at the margin itself the gradient is a convention.
    const distance = fc.integer({ min: -16, max: 15 }).map((at) => (at < 0 ? at : at + 1) / 8)
    const cases = fc.record({ shape: shapesOf(loss), beyond: distance.map((d) => [d]) })
    return over(cases, (one) => {
      const [beyond] = one.beyond!
      const score = limit + beyond!
      const scores = { real: fill([score], one.shape!), fake: fill([-score], one.shape!) }
      const [side] = sidesOf(loss)
      for (const name of ["real", "fake"] as const) {
        const slopes = Array.from(gradientOf(side!, scores, name) ?? [0])
        const kept = slopes.every((slope) => (beyond! > 0 ? slope === 0 : slope !== 0))
        if (kept) continue
        const at = name === "real" ? score : -score
        throw new Broken(
          `the discriminator's gradient at ${name} scores of ${at} to be ${beyond! > 0 ? "zero" : "other than zero"}`,
          shown(slopes),
        )
      }
    })
  },
}
