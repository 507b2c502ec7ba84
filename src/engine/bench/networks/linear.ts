import * as tf from "../../tf.ts"
import type { Parameters } from "./parameters.ts"

/** A function of rows `[B, D]`, float32, with variables of its own. */
export type RowLayer = (x: tf.Tensor2D) => tf.Tensor2D

/** `x W + b`. */
export function linear(parameters: Parameters, inputs: number, outputs: number): RowLayer {
  const weight = parameters.normal([inputs, outputs], 1 / Math.sqrt(3 * inputs)) as unknown as tf.Tensor2D
  const offset = parameters.constant(outputs, 0)
  return (x) => tf.add(tf.matMul(x, weight), offset)
}
