import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Loss } from "../../contracts/loss.ts"
import type { Case } from "../law.ts"
import { type Inputs, inputsOf } from "./side.ts"

/** Values on a coarse grid: multiples of 1/8 in [-1, 1] for images, of 1/4 in [-4, 4] for scores. */
export const pixels = fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8)
export const scores = fc.integer({ min: -16, max: 16 }).map((quarters) => quarters / 4)

export function gridOf(loss: Loss): fc.Arbitrary<number> {
  return loss.role === "reconstruction" ? pixels : scores
}

/** A short list that is repeated to fill a tensor. */
export const list = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(values, { minLength: 1, maxLength: 8 })

/** Shapes that a loss must accept, small: batches of `least` to 3, sides of up to 3 (SSIM: its window and 2 more). */
export function shapesOf(loss: Loss, least = 1): fc.Arbitrary<number[]> {
  const batch = fc.integer({ min: least, max: 3 })
  if (loss.role === "reconstruction") {
    const { minimumSide = 1, channels } = loss.laws
    const side = fc.integer({ min: minimumSide, max: minimumSide + 2 })
    const depth = channels === undefined ? fc.integer({ min: 1, max: 3 }) : fc.constant(channels)
    return fc.tuple(batch, side, side, depth).map((shape) => [...shape])
  }
  const side = fc.integer({ min: 1, max: 3 })
  const single = fc.tuple(batch, fc.constant(1))
  const map = fc.tuple(batch, side, side, fc.constant(1))
  return fc.oneof({ withCrossShrink: true }, single, map).map((shape) => [...shape])
}

/** Cases with a shape, both inputs, and what a law needs besides. */
export function casesOf(
  loss: Loss,
  besides: Readonly<Record<string, fc.Arbitrary<number[]>>> = {},
  least = 1,
): fc.Arbitrary<Case> {
  const [first, second] = inputsOf(loss)
  const grid = gridOf(loss)
  return fc.record({
    shape: shapesOf(loss, least),
    [first]: list(grid),
    [second]: list(grid),
    ...besides,
  })
}

/** A float32 tensor of a shape, filled with values that are repeated in order. */
export function fill(values: readonly number[], shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, at) => values[at % values.length]!),
    [...shape],
  )
}

/** Both inputs of a case. */
export function tensorsOf(loss: Loss, { shape, ...lists }: Case): Inputs {
  return Object.fromEntries(inputsOf(loss).map((name) => [name, fill(lists[name]!, shape!)]))
}

/** A property whose tensors are released after every run. */
export function over(cases: fc.Arbitrary<Case>, holds: (one: Case) => void): fc.IProperty<[Case]> {
  return fc.property(cases, (one) => {
    tf.tidy(() => holds(one))
  })
}
