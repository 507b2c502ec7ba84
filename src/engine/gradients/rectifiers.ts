import * as tf from "../tf.ts"
import { unbroadcast } from "./broadcast.ts"
import { gradientOf } from "./gradient.ts"
import { linear, masked } from "./linear.ts"

/**
 * Piecewise linear functions: dy times a slope that is constant on each side of the kinks. At a kink every slope is
 * TensorFlow.js's own: 0 for relu, alpha for leakyRelu, -1 for abs, 1 at both borders of a clip.
 */
export const rectifiers: readonly tf.GradConfig[] = [
  gradientOf("Relu", ["x"], (dy, [x]) => ({ x: () => masked(dy, () => tf.step(float(x!))) })),
  gradientOf("Relu6", ["x"], (dy, [x]) => ({
    x: () => masked(dy, () => tf.mul(tf.cast(tf.lessEqual(x!, 6), "float32"), tf.step(float(x!)))),
  })),
  // `step` needs no comparison, which the stock gradient makes.
  gradientOf<{ alpha: number }>("LeakyRelu", ["x"], (dy, [x], { alpha }) => ({
    x: () => masked(dy, () => tf.step(x!, alpha)),
  })),
  gradientOf("Abs", ["x"], (dy, [x]) => ({ x: () => masked(dy, () => tf.step(float(x!), -1)) })),
  gradientOf<{ clipValueMin: number; clipValueMax: number }>("ClipByValue", ["x"], (dy, [x], attributes) => {
    const { clipValueMin: min, clipValueMax: max } = attributes
    const inside = () => tf.logicalAnd(tf.greaterEqual(x!, min), tf.lessEqual(x!, max))
    return { x: () => linear(dy, (value) => tf.where(inside(), value, tf.zerosLike(value))) }
  }),
  // dy * (x > 0 ? 1 : alpha) must be differentiable by alpha too, so it is on the tape.
  gradientOf("Prelu", ["x", "alpha"], (dy, [x, alpha]) => ({
    x: () => tf.where(tf.greater(x!, 0), dy, tf.mul(dy, alpha!)),
    alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x!, 0)), alpha!.shape),
  })),
]

function float(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : tf.cast(x, "float32")
}
