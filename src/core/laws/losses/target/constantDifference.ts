import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { casesOf, examplesWith, over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { pairsOf, targetsAlone, type WithTarget, withOutputs, withTarget } from "./pairs.ts"

export const constantDifference: LossLaw<WithTarget> = {
  name: "constantDifference",
  statement:
    "A difference that is the same everywhere, of any size, has the declared value (`laws.constantDifference`).",
  roles: withTarget,
  applies({ laws }) {
    if (laws.constantDifference !== undefined) return true
    if ("constantImages" in laws && laws.constantImages !== undefined)
      return "the value depends on more than the difference (laws.constantImages)"
    if (laws.definition !== undefined) return "the definition tells the value of any case (laws.definition)"
    return undeclared("laws.constantDifference, the value for the same difference everywhere")
  },
  property: (loss) => {
    const pairs = pairsOf(loss)
    const [least, most] = pairs[0]!.output.range ?? [-8, 8]
    const eighths = fc.integer({ min: 8 * (least - most), max: 8 * (most - least) })
    const boundsOf = (difference: number) =>
      [Math.max(least, least - difference), Math.min(most, most - difference)] as const
    const cases = casesOf(loss, {
      ...targetsAlone(loss),
      besides: { difference: eighths.map((value) => [value / 8]) },
    }).map((one) => {
      // Targets from which the difference leads to where outputs are
      const [difference] = one.difference!
      const [low, high] = boundsOf(difference!)
      const targets = pairs.map(({ target }) => [
        target,
        one[target]!.map((value) => Math.min(high, Math.max(low, value))),
      ])
      return { ...one, ...Object.fromEntries(targets) }
    })
    return over(cases, (one) => {
      const [difference] = one.difference!
      const expected = loss.laws.constantDifference!(difference!, pairs.length)
      const inputs = withOutputs(
        loss,
        one,
        (target) => tf.add(target, difference!),
        (target) => tf.clipByValue(target, ...boundsOf(difference!)),
      )
      for (const side of loss.sides) {
        const values = valuesOf(side, examplesWith(loss, one, inputs))
        expectClose(
          `${side.name} at a difference of ${difference}`,
          values,
          values.map(() => expected),
        )
      }
    })
  },
}
