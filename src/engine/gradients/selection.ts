import * as tf from "../tf.ts"
import { unbroadcast } from "./broadcast.ts"
import { gradientOf } from "./gradient.ts"
import { linear, masked } from "./linear.ts"

/** Operations that pass some of their numbers on. Ties are as TensorFlow.js has them. */
export const selection: readonly tf.GradConfig[] = [
  // The first operand takes all of dy at a tie.
  gradientOf("Maximum", ["a", "b"], (dy, [a, b]) => ({
    a: () =>
      unbroadcast(
        masked(dy, () => truth(tf.greaterEqual(a!, b!))),
        a!.shape,
      ),
    b: () =>
      unbroadcast(
        masked(dy, () => truth(tf.less(a!, b!))),
        b!.shape,
      ),
  })),
  gradientOf("Minimum", ["a", "b"], (dy, [a, b]) => ({
    a: () =>
      unbroadcast(
        masked(dy, () => truth(tf.lessEqual(a!, b!))),
        a!.shape,
      ),
    b: () =>
      unbroadcast(
        masked(dy, () => truth(tf.greater(a!, b!))),
        b!.shape,
      ),
  })),
  extreme("Max", "reductionIndices"),
  extreme("Min", "axis"),
]

/** dy at every place that holds the extreme; all of them at a tie. */
function extreme(kernelName: string, axisAttribute: string): tf.GradConfig {
  return gradientOf(
    kernelName,
    ["x"],
    (dy, [x, output], attributes) => {
      const axes = tf.util.parseAxisParam(attributes[axisAttribute] as number | number[], x!.shape)
      const kept = x!.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
      const holds = () => truth(tf.equal(x!, tf.reshape(output!, kept)))
      return {
        x: () =>
          linear(
            dy,
            (value) => tf.mul(tf.reshape(value, kept), holds()),
            (value) => tf.reshape(tf.sum(tf.mul(value, holds()), axes), dy.shape),
          ),
      }
    },
    true,
  )
}

function truth(condition: tf.Tensor): tf.Tensor {
  return tf.cast(condition, "float32")
}
