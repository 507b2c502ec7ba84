import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { type AlongLine, expectSlope, isResolved } from "../../slope.ts"
import { casesOf, examplesOf, fill, over } from "../cases.ts"
import { list } from "../draws.ts"
import { type Examples, everyRole, type LossFunction, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"

/** Step of the differences: the error of the scheme and the rounding of float32 are about equal there. */
const usualStep = 1 / 16
/** The smallest, where something happens on a smaller scale. */
const leastStep = 1 / 128

export const gradient: LossLaw = {
  name: "gradient",
  statement:
    "The gradient equals central differences along any direction, in every input that a player learns through.",
  roles: everyRole,
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { besides: { direction: list(fc.constantFrom(1, -1, 0)) } }), (one) => {
      const examples = examplesOf(loss, one)
      for (const side of loss.sides) {
        for (const name of side.learning) compare(side, examples, name, one.direction!)
      }
    }),
}

function compare(side: LossFunction, examples: Examples, name: string, towards: readonly number[]): void {
  const { inputs } = examples
  const at = inputs[name]!
  const direction = fill(towards, at.shape)
  const valuesAt = (distance: number) => {
    const moved = tf.add(at, tf.mul(direction, distance))
    return valuesOf(side, { ...examples, inputs: { ...inputs, [name]: moved } })
  }
  const slopes = gradientOf(side, examples, name)
  const along = direction.dataSync()
  const got = slopes?.reduce((total, slope, index) => total + slope * along[index]!, 0) ?? 0
  const remark = slopes === undefined ? ` (no gradient reaches ${name})` : ""
  expectSlope(`the slope of ${side.name} along \`direction\` in ${name}`, got, linesOf(valuesAt), remark)
}

/** Each example's values along the line, with a step that is small enough for all of them. */
function linesOf(valuesAt: (distance: number) => readonly number[]): readonly AlongLine[] {
  const centre = valuesAt(0)
  let [step, ahead, behind] = [usualStep, valuesAt(usualStep), valuesAt(-usualStep)]
  while (true) {
    const [nearAhead, nearBehind] = [valuesAt(step / 2), valuesAt(-step / 2)]
    const lines = centre.map((value, row): AlongLine => {
      return {
        step,
        centre: value,
        ahead: ahead[row]!,
        behind: behind[row]!,
        nearAhead: nearAhead[row]!,
        nearBehind: nearBehind[row]!,
        // Values carry the rounding of float32, and SSIM's that of its cancelling variances: some 1e-4
        rounding: 1e-4 + 2 ** -18 * Math.abs(value),
      }
    })
    if (step <= leastStep || lines.every(isResolved)) return lines
    ;[step, ahead, behind] = [step / 2, nearAhead, nearBehind]
  }
}
