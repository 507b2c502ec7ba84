import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Loss } from "../loss.ts"
import { casesOf, fill, list, over, tensorsOf } from "./cases.ts"
import { shown } from "./closeness.ts"
import { Broken, type Law } from "./law.ts"
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
  const [centre, ahead, behind, nearAhead, nearBehind] = [0, step, -step, step / 2, -step / 2].map(total) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const coarse = (ahead - behind) / (2 * step)
  const fine = (nearAhead - nearBehind) / step
  const expected = (4 * fine - coarse) / 3 // Richardson: the error is of fourth order in the step

  const slopes = gradientOf(side, tensors, name)
  const along = direction.dataSync()
  const got = slopes === undefined ? 0 : sum(Array.from(slopes, (slope, index) => slope * along[index]!))

  // Values carry the rounding of float32, and SSIM's that of its cancelling variances: some 1e-4 per example
  const rounding = (1e-4 * at.shape[0]! + 2 ** -18 * Math.abs(centre)) / step
  const tolerance = rounding + 2e-3 * Math.abs(expected) + Math.abs(fine - coarse)
  if (Math.abs(got - expected) <= tolerance) return

  // At a kink (hinge's margin, L1's zero) any slope between those of the two sides is a gradient. The gap between
  // one-sided differences shrinks with the step where a function is smooth, and stays at a kink.
  const oneSided = [(centre - nearBehind) / (step / 2), (nearAhead - centre) / (step / 2)]
  const gap = Math.abs(oneSided[1]! - oneSided[0]!)
  const coarseGap = Math.abs(ahead - 2 * centre + behind) / step
  const atKink = gap > rounding && gap > 0.75 * coarseGap
  if (atKink && got >= Math.min(...oneSided) - tolerance && got <= Math.max(...oneSided) + tolerance) return

  const detached = slopes === undefined ? ` (no gradient reaches ${name})` : ""
  throw new Broken(
    `the slope of ${side.name} along \`direction\` in ${name} to be ${shown([expected])}`,
    `${shown([got])}${detached}`,
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
