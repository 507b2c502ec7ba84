import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectAtMost } from "../../closeness.ts"
import { casesOf, examplesWith, fill, over, tensorsOf } from "../cases.ts"
import { list } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"

/** By how much scores move, in eighths of 4. */
const moves = list(fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 2))

export const lipschitz: LossLaw<"adversarial"> = {
  name: "lipschitz",
  statement:
    "Where real scores move, or fake ones, a value changes by at most `laws.lipschitz` times the largest of these moves.",
  roles: ["adversarial"],
  applies: ({ laws }) => laws.lipschitz !== undefined || "no bound of its slope is declared (laws.lipschitz)",
  property: (loss) =>
    over(casesOf(loss, { alike: true, besides: { move: moves } }), (one) => {
      const before = tensorsOf(loss, one)
      const move = fill(one.move!, one.shape!)
      const furthest = tf.max(tf.abs(move)).dataSync()[0]!
      for (const side of loss.sides) {
        const values = valuesOf(side, examplesWith(loss, one, before))
        for (const name of ["real", "fake"] as const) {
          const moved = { ...before, [name]: tf.add(before[name]!, move) }
          const changes = valuesOf(side, examplesWith(loss, one, moved)).map((value, at) =>
            Math.abs(value - values[at]!),
          )
          expectAtMost(
            `the change of ${side.name} where ${name} scores move by up to ${furthest}`,
            changes,
            changes.map(() => loss.laws.lipschitz! * furthest),
          )
        }
      }
    }),
}
