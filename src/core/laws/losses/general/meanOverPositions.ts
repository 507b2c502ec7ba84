import * as tf from "@saddlepoint/engine/tf"
import type { Role } from "../../../contracts/loss.ts"
import { expectClose } from "../../closeness.ts"
import { casesOf, examplesWith, fill, over, tensorsOf } from "../cases.ts"
import { everyRole, type LossLaw } from "../examined.ts"
import type { Inputs } from "../roles/role.ts"
import { roles } from "../roles/roles.ts"
import { valuesOf } from "../values.ts"

export const meanOverPositions: LossLaw<Role> = {
  name: "meanOverPositions",
  statement:
    "Repeating an example's positions (rows, columns, an image's channels) leaves its value: it is a mean over them, not a sum.",
  roles: everyRole.filter((role) => roles[role].positions !== undefined),
  applies: () => true,
  property: (loss) => {
    const { shapes, repeats, flat } = loss.positions!
    return over(casesOf(loss, { shapes, besides: { repeat: repeats } }), (one) => {
      const small: Inputs = flat
        ? Object.fromEntries(loss.inputs.map(({ name }) => [name, ofOneValue(one[name]!, one.shape!)]))
        : tensorsOf(loss, one)
      const large = Object.fromEntries(
        loss.inputs.map(({ name, positions }) => {
          const tensor = small[name]!
          return [name, positions === false ? tensor : tf.tile(tensor, [1, ...one.repeat!])]
        }),
      )
      for (const side of loss.sides) {
        expectClose(
          `${side.name} after repeating positions ${one.repeat!.join(" x ")} times`,
          valuesOf(side, examplesWith(loss, one, large)),
          valuesOf(side, examplesWith(loss, one, small)),
        )
      }
    })
  },
}

/** Examples that are each of one value. */
function ofOneValue(values: readonly number[], [batch, ...positions]: readonly number[]): tf.Tensor {
  return tf.tile(fill(values, [batch!, ...positions.map(() => 1)]), [1, ...positions])
}
