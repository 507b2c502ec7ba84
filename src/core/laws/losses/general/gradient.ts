import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { inSingle, isDouble } from "../../double.ts"
import { type AlongLine, expectSlope, isResolved } from "../../slope.ts"
import { casesOf, examplesOf, fill, over } from "../cases.ts"
import { list } from "../draws.ts"
import { type Examples, everyRole, type LossFunction, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"

/** How finely differences are taken. */
interface Fineness extends Pick<AlongLine, "relative" | "resolved"> {
  /** Step where the error of the scheme and rounding are about equal. */
  readonly usualStep: number
  /** The smallest, where something happens on a smaller scale. */
  readonly leastStep: number
  /** How far a value may be off. */
  rounding(value: number): number
}

const single: Fineness = {
  usualStep: 2 ** -4,
  leastStep: 2 ** -7,
  relative: 2e-3,
  resolved: 1e-2,
  // Values carry the rounding of float32, and SSIM's that of its cancelling variances: some 1e-4
  rounding: (value) => 1e-4 + 2 ** -18 * Math.abs(value),
}

const double: Fineness = {
  usualStep: 2 ** -9,
  leastStep: 2 ** -17,
  relative: 1e-5,
  resolved: 1e-5,
  rounding: (value) => 1e-11 * (1 + Math.abs(value)),
}

/** How far a gradient may be off: a share of the magnitudes that its slope sums up, and something of its own. */
interface Slack {
  readonly relative: number
  readonly absolute: number
}

const slackOfSingle: Slack = { relative: 1e-3, absolute: 1e-4 }
/** The softplus of TensorFlow.js is a line beyond 13.94, where its gradient is the sigmoid, which is 9e-7 from 1. */
const slackOfDouble: Slack = { relative: 2e-6, absolute: 1e-7 }
const noSlack: Slack = { relative: 0, absolute: 0 }

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

/** In float64 the gradient has the slope of the differences, and that in float32, which trains, has it but for rounding. */
function compare(side: LossFunction, examples: Examples, name: string, towards: readonly number[]): void {
  const { inputs } = examples
  const at = inputs[name]!
  const direction = fill(towards, at.shape)
  const valuesAt = (distance: number) => {
    const moved = tf.add(at, tf.mul(direction, distance))
    return valuesOf(side, { ...examples, inputs: { ...inputs, [name]: moved } })
  }
  const along = direction.dataSync()
  const lines = linesOf(valuesAt, isDouble() ? double : single)
  const expectSlopes = (slopes: Float32Array | undefined, rounding: Slack, remark: string) => {
    const parts = Array.from(slopes ?? [], (slope, index) => slope * along[index]!)
    const got = parts.reduce((total, part) => total + part, 0)
    const magnitude = parts.reduce((total, part) => total + Math.abs(part), 0)
    expectSlope(`the slope of ${side.name} along \`direction\` in ${name}`, got, lines, {
      remark: slopes === undefined ? ` (no gradient reaches ${name})` : remark,
      slack: rounding.absolute + rounding.relative * magnitude,
    })
  }
  expectSlopes(gradientOf(side, examples, name), isDouble() ? slackOfDouble : noSlack, "")
  if (!isDouble()) return
  const slopes = inSingle(() => gradientOf(side, examples, name))
  expectSlopes(slopes, slackOfSingle, " (in float32)")
}

/** Each example's values along the line, with a step that is small enough for all of them. */
function linesOf(
  valuesAt: (distance: number) => readonly number[],
  fineness: Fineness,
): readonly AlongLine[] {
  const { usualStep, leastStep, relative, resolved, rounding } = fineness
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
        rounding: rounding(value),
        relative,
        resolved,
      }
    })
    if (step <= leastStep || lines.every(isResolved)) return lines
    ;[step, ahead, behind] = [step / 2, nearAhead, nearBehind]
  }
}
