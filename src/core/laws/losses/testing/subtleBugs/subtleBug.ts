import * as tf from "@saddlepoint/engine/tf"
import type { AnyLoss } from "../../../../contracts/loss.ts"

/** A loss whose mistake shows only in some cases or in late digits, and laws that find it. */
export interface SubtleBug {
  readonly broken: AnyLoss
  readonly laws: readonly string[]
}

/** Bugs by what is wrong. */
export type SubtleBugs = Readonly<Record<string, SubtleBug>>

/** Forward the same; backward a gradient that is multiplied by what the factor makes of the values. */
export function taught(x: tf.Tensor, factor: (x: tf.Tensor) => tf.Tensor | number): tf.Tensor {
  return tf.customGrad((...seen) => {
    const value = seen[0] as tf.Tensor
    return { value: value.clone(), gradFunc: (dy) => tf.mul(dy as tf.Tensor, factor(value)) }
  })(x)
}

/** 1 for the places of an axis before one, and 0 from there on; it stands for all of the other axes. */
export function before(x: tf.Tensor, place: number, axis: number): tf.Tensor {
  const shape = x.shape.map((size, at) => (at === axis ? size : 1))
  const kept = Array.from({ length: x.shape[axis]! }, (_, at) => (at < place ? 1 : 0))
  return tf.tensor(kept, shape)
}

/** Only the first places of some axes. */
export function only(x: tf.Tensor, places: number, axes: readonly number[]): tf.Tensor {
  const size = x.shape.map((side, axis) => (axes.includes(axis) ? Math.min(side, places) : side))
  return tf.slice(
    x,
    x.shape.map(() => 0),
    size,
  )
}
