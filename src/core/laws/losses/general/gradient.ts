import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectSlope } from "../../slope.ts"
import { casesOf, examplesOf, fill, over } from "../cases.ts"
import { list } from "../draws.ts"
import { type Examples, everyRole, type LossFunction, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"

/** Step of the differences: the error of the scheme and the rounding of float32 are about equal there. */
const step = 1 / 16

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
  const { inputs, rows } = examples
  const at = inputs[name]!
  const direction = fill(towards, at.shape)
  const total = (distance: number) => {
    const moved = tf.add(at, tf.mul(direction, distance))
    return sum(valuesOf(side, { ...examples, inputs: { ...inputs, [name]: moved } }))
  }
  const centre = total(0)
  const slopes = gradientOf(side, examples, name)
  const along = direction.dataSync()
  const got = slopes === undefined ? 0 : sum(Array.from(slopes, (slope, index) => slope * along[index]!))
  expectSlope(
    `the slope of ${side.name} along \`direction\` in ${name}`,
    got,
    {
      step,
      centre,
      ahead: total(step),
      behind: total(-step),
      nearAhead: total(step / 2),
      nearBehind: total(-step / 2),
    },
    {
      // Values carry the rounding of float32, and SSIM's that of its cancelling variances: some 1e-4 per example
      rounding: 1e-4 * rows.length + 2 ** -18 * Math.abs(centre),
      remark: slopes === undefined ? ` (no gradient reaches ${name})` : "",
    },
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
