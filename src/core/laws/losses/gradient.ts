import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Loss } from "../../contracts/loss.ts"
import type { Law } from "../law.ts"
import { expectSlope } from "../slope.ts"
import { casesOf, fill, list, over, tensorsOf } from "./cases.ts"
import { gradientOf, type Inputs, type Side, sidesOf, valuesOf } from "./side.ts"

/** Step of the differences: the error of the scheme and the rounding of float32 are about equal there. */
const step = 1 / 16

export const gradient: Law = {
  name: "gradient",
  statement:
    "The gradient equals central differences along any direction, in every input that a player learns through.",
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss, { direction: list(fc.constantFrom(1, -1, 0)) }), (one) => {
      const tensors = tensorsOf(loss, one)
      const direction = fill(one.direction!, one.shape!)
      for (const side of sidesOf(loss)) {
        for (const name of side.learns) compare(loss, side, tensors, name, direction)
      }
    }),
}

function compare(loss: Loss, side: Side, tensors: Inputs, name: string, direction: tf.Tensor): void {
  const at = tensors[name]!
  const total = (distance: number) => {
    const moved = tf.add(at, tf.mul(direction, distance))
    return sum(valuesOf(loss, side, { ...tensors, [name]: moved }))
  }
  const centre = total(0)
  const slopes = gradientOf(side, tensors, name)
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
      rounding: 1e-4 * at.shape[0]! + 2 ** -18 * Math.abs(centre),
      remark: slopes === undefined ? ` (no gradient reaches ${name})` : "",
    },
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
