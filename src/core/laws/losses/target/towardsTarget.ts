import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectAtMost } from "../../closeness.ts"
import { casesOf, examplesWith, fill, over } from "../cases.ts"
import { list } from "../draws.ts"
import type { ExaminedLoss, LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { targetsAlone, type WithTarget, withOutputs, withTarget } from "./pairs.ts"

/** Differences of features that are tried. */
const furthest = 16

export const towardsTarget: LossLaw<WithTarget> = {
  name: "towardsTarget",
  statement: "Moving the output straight towards the target never raises the value (within `laws.basin`).",
  roles: withTarget,
  applies: () => true,
  property: (loss) => {
    const differences = fc.integer({ min: -8, max: 8 }).map((eighths) => (eighths / 8) * reachOf(loss))
    const alike = differences.map((difference) => [difference])
    const besides = {
      // Half of them the same everywhere: a mean over unlike ones levels out what each does
      difference: fc.oneof({ withCrossShrink: true }, alike, list(differences)),
      left: fc.integer({ min: 0, max: 7 }).map((eighths) => [eighths / 8]),
    }
    return over(casesOf(loss, { ...targetsAlone(loss), besides }), (one) => {
      const [left] = one.left!
      const away = withOutputs(loss, one, (target, { output: { range } }) => {
        const output = tf.add(target, fill(one.difference!, target.shape))
        return range === undefined ? output : tf.clipByValue(output, ...range)
      })
      const nearer = withOutputs(loss, one, (target, { output }) =>
        tf.add(target, tf.mul(tf.sub(away[output.name]!, target), left!)),
      )
      for (const side of loss.sides) {
        expectAtMost(
          `${side.name} with ${left} of the difference left`,
          valuesOf(side, examplesWith(loss, one, nearer)),
          valuesOf(side, examplesWith(loss, one, away)),
        )
      }
    })
  },
}

function reachOf({ laws, inputs }: ExaminedLoss<WithTarget>): number {
  if ("basin" in laws && laws.basin !== undefined) return laws.basin
  const { range } = inputs[0]!
  return range === undefined ? furthest : range[1] - range[0]
}
