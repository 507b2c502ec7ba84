import * as tf from "@saddlepoint/engine/tf"
import { expectClose, usual } from "../../closeness.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import { scores } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import type { Inputs } from "../roles/role.ts"
import { valuesOf } from "../values.ts"

export const shiftInvariance: LossLaw<"adversarial"> = {
  name: "shiftInvariance",
  statement:
    "One number that is added to all scores, real and fake, changes a value by the same wherever the scores are, so that gradients stay (`laws.shiftInvariant`).",
  roles: ["adversarial"],
  applies: ({ laws }) =>
    laws.shiftInvariant === true || "it matters where the scores lie (not laws.shiftInvariant)",
  property: (loss) =>
    over(casesOf(loss, { besides: { shift: scores.map((shift) => [shift]) } }), (one) => {
      const [shift] = one.shift!
      const inputs = tensorsOf(loss, one)
      const level = { ...inputs, real: tf.zerosLike(inputs.real!), fake: tf.zerosLike(inputs.fake!) }
      for (const side of loss.sides) {
        const changeFrom = (scores: Inputs) => {
          const [before, after] = [0, shift!].map((by) => {
            const moved = { real: tf.add(scores.real!, by), fake: tf.add(scores.fake!, by) }
            return valuesOf(side, examplesWith(loss, one, { ...scores, ...moved }))
          })
          return after!.map((value, at) => value - before![at]!)
        }
        expectClose(
          `the change of ${side.name} where all scores rise by ${shift}`,
          changeFrom(inputs),
          changeFrom(level),
          usual(10),
        )
      }
    }),
}
