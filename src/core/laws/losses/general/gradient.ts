import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { inSingle, isDouble } from "../../double.ts"
import { Broken } from "../../law.ts"
import { expectSlope } from "../../slope.ts"
import { casesOf, examplesOf, fill, over } from "../cases.ts"
import { list } from "../draws.ts"
import { type Examples, everyRole, type LossFunction, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"
import { linesOf } from "./lines.ts"

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
        for (const name of side.learning) {
          const direction = fill(one.direction!, examples.inputs[name]!.shape).dataSync()
          compare({ side, examples, name, gradients: gradientsOf(side, examples, name) }, direction)
        }
      }
    }),
}

/** A gradient, and by how much it may be off. */
interface Gradient {
  readonly slopes: Float32Array | undefined
  /** As a share of the magnitudes that a slope sums up. */
  readonly relative: number
  readonly absolute: number
  readonly remark: string
}

/** A side's gradients in one input of some examples. */
interface Compared {
  readonly side: LossFunction
  readonly examples: Examples
  readonly name: string
  readonly gradients: readonly Gradient[]
}

/** In float64 the gradient has the slope of differences; in float32, in which it trains, it has it but for rounding. */
function gradientsOf(side: LossFunction, examples: Examples, name: string): readonly Gradient[] {
  const slopes = gradientOf(side, examples, name)
  if (!isDouble()) return [{ slopes, relative: 0, absolute: 0, remark: "" }]
  const rounded = inSingle(() => gradientOf(side, examples, name))
  return [
    // The softplus of TensorFlow.js is a line beyond 13.94, where its gradient is the sigmoid, which is 9e-7 from 1
    { slopes, relative: 2e-6, absolute: 1e-7, remark: "" },
    { slopes: rounded, relative: 2e-3, absolute: 1e-3, remark: " (in float32)" },
  ]
}

/**
 * Throws `Broken` where a gradient has another slope than the differences along a direction, and along a part of it down to one value:
 * where several values are at kinks, of which some are convex and others not (clips at either end), the directional slopes cancel, and
 * do not tell what gradients there are.
 */
function compare(compared: Compared, direction: ArrayLike<number>): void {
  try {
    compareAlong(compared, direction)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const moving = Array.from(direction, (_, at) => at).filter((at) => direction[at] !== 0)
    if (moving.length < 2) throw error
    const first = new Set(moving.slice(0, moving.length / 2))
    const halves = [true, false].map((which) =>
      Float32Array.from(direction, (along, at) => (first.has(at) === which ? along : 0)),
    )
    if (halves.some((half) => isBroken(compared, half))) throw error
  }
}

function isBroken(compared: Compared, direction: ArrayLike<number>): boolean {
  try {
    compare(compared, direction)
    return false
  } catch (error) {
    if (error instanceof Broken) return true
    throw error
  }
}

function compareAlong({ side, examples, name, gradients }: Compared, along: ArrayLike<number>): void {
  const { inputs } = examples
  const at = inputs[name]!
  const direction = tf.tensor(Float32Array.from(along), at.shape)
  const lines = linesOf((distance) => {
    const moved = tf.add(at, tf.mul(direction, distance))
    return valuesOf(side, { ...examples, inputs: { ...inputs, [name]: moved } })
  })
  for (const { slopes, relative, absolute, remark } of gradients) {
    const parts = Array.from(slopes ?? [], (slope, index) => slope * along[index]!)
    const got = parts.reduce((total, part) => total + part, 0)
    const magnitude = parts.reduce((total, part) => total + Math.abs(part), 0)
    expectSlope(`the slope of ${side.name} along \`direction\` in ${name}`, got, lines, {
      remark: slopes === undefined ? ` (no gradient reaches ${name})` : remark,
      slack: absolute + relative * magnitude,
    })
  }
}
