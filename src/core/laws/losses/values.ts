import * as tf from "@saddlepoint/engine/tf"
import type { Examples, LossFunction } from "./examined.ts"

/** The values of one side: one for each example, or a single one where the loss is over the batch. */
export function valuesOf(side: LossFunction, examples: Examples): number[] {
  return Array.from(side.of(examples).dataSync())
}

/** Gradient of the sum of a side's values with respect to one input; undefined where no gradient reaches it. */
export function gradientOf(side: LossFunction, examples: Examples, name: string): Float32Array | undefined {
  const at = examples.inputs[name]!
  const { grads } = tf.engine().gradients(() => side.of(examples), [at], undefined, true)
  return grads[0]?.dataSync() as Float32Array | undefined
}
