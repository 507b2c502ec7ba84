import fc from "fast-check"
import { expectFinite } from "../closeness.ts"
import type { Law } from "../law.ts"
import { casesOf, list, over, pixels, tensorsOf } from "./cases.ts"
import { gradientOf, inputsOf, sidesOf, valuesOf } from "./side.ts"

const extremes = fc.constantFrom(0, 1, -1, 20, -20, 100, -100, 1e4, -1e4)

export const finite: Law = {
  name: "finite",
  statement: "Values and gradients are finite for images in [-1, 1] and for scores up to 1e4 either way.",
  applies: () => true,
  property: (loss) => {
    const values = list(loss.role === "reconstruction" ? pixels : extremes)
    const inputs = Object.fromEntries(inputsOf(loss).map((name) => [name, values]))
    return over(casesOf(loss, inputs), (one) => {
      const tensors = tensorsOf(loss, one)
      for (const side of sidesOf(loss)) {
        expectFinite(side.name, valuesOf(loss, side, tensors))
        for (const name of side.learns) {
          expectFinite(`the gradient of ${side.name} in ${name}`, gradientOf(side, tensors, name) ?? [])
        }
      }
    })
  },
}
