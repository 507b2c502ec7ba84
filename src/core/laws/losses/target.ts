import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { ReconstructionLoss } from "../../contracts/loss.ts"
import { expectAtMost, expectClose, float32 } from "../closeness.ts"
import type { Law } from "../law.ts"
import { casesOf, fill, list, over, pixels, shapesOf, tensorsOf } from "./cases.ts"
import { gradientOf, sidesOf, valuesOf } from "./side.ts"

export const valueAtTarget: Law<ReconstructionLoss> = {
  name: "valueAtTarget",
  statement: "Where the output equals the target, the value is the declared one (`laws.atTarget`).",
  applies: () => true,
  property: (loss) =>
    over(fc.record({ shape: shapesOf(loss), target: list(pixels) }), (one) => {
      const target = fill(one.target!, one.shape!)
      const [side] = sidesOf(loss)
      const values = valuesOf(loss, side!, { output: target, target })
      expectClose(
        "the loss at the target",
        values,
        values.map(() => loss.laws.atTarget),
      )
    }),
}

export const leastAtTarget: Law<ReconstructionLoss> = {
  name: "leastAtTarget",
  statement: "No output has a lower value than the target itself.",
  applies: () => true,
  property: (loss) =>
    over(casesOf(loss), (one) => {
      const [side] = sidesOf(loss)
      const values = valuesOf(loss, side!, tensorsOf(loss, one))
      expectAtMost(
        "the value at the target",
        values.map(() => loss.laws.atTarget),
        values,
      )
    }),
}

export const flatAtTarget: Law<ReconstructionLoss> = {
  name: "flatAtTarget",
  statement: "The gradient in the output vanishes at the target.",
  applies: ({ laws }) =>
    laws.smoothAtTarget ||
    "the loss has a kink at the target, where the gradient is a convention (laws.smoothAtTarget: false)",
  property: (loss) =>
    over(fc.record({ shape: shapesOf(loss), target: list(pixels) }), (one) => {
      const target = fill(one.target!, one.shape!)
      const slopes =
        gradientOf(sidesOf(loss)[0]!, { output: target, target: tf.clone(target) }, "output") ?? []
      // A sum of magnitudes, so that a mean over many positions does not make every gradient look small
      const steepness = Array.from(slopes).reduce((total, slope) => total + Math.abs(slope), 0)
      expectClose("the gradient's magnitudes at the target, summed,", [steepness], [0], {
        ...float32,
        absolute: 1e-3,
      })
    }),
}

/** Moves of the output from the target, as shares of the basin. */
const shares = pixels

export const towardsTarget: Law<ReconstructionLoss> = {
  name: "towardsTarget",
  statement: "Moving the output straight towards the target never raises the value (within `laws.basin`).",
  applies: () => true,
  property: (loss) => {
    const cases = fc.record({
      shape: shapesOf(loss),
      target: list(pixels),
      difference: list(shares.map((share) => share * (loss.laws.basin ?? 2))),
      left: fc.integer({ min: 0, max: 7 }).map((eighths) => [eighths / 8]),
    })
    return over(cases, (one) => {
      const target = fill(one.target!, one.shape!)
      const output = tf.clipByValue(tf.add(target, fill(one.difference!, one.shape!)), -1, 1)
      const nearer = tf.add(target, tf.mul(tf.sub(output, target), one.left![0]!))
      const [side] = sidesOf(loss)
      expectAtMost(
        `the loss with ${one.left![0]} of the difference left`,
        valuesOf(loss, side!, { output: nearer, target }),
        valuesOf(loss, side!, { output, target }),
      )
    })
  },
}

export const constantDifference: Law<ReconstructionLoss> = {
  name: "constantDifference",
  statement: "A difference that is the same everywhere has the declared value (`laws.constantDifference`).",
  applies: ({ laws }) =>
    laws.constantDifference !== undefined || "the loss declares no closed form (laws.constantDifference)",
  property: (loss) => {
    // Targets and differences in [-1/2, 1/2] keep the output in [-1, 1].
    const halves = pixels.map((value) => value / 2)
    const cases = fc.record({
      shape: shapesOf(loss),
      target: list(halves),
      difference: halves.map((d) => [d]),
    })
    return over(cases, (one) => {
      const target = fill(one.target!, one.shape!)
      const [difference] = one.difference!
      const [side] = sidesOf(loss)
      const values = valuesOf(loss, side!, { output: tf.add(target, difference!), target })
      const expected = loss.laws.constantDifference!(difference!)
      expectClose(
        `the loss at a difference of ${difference}`,
        values,
        values.map(() => expected),
      )
    })
  },
}
