import * as tf from "../tf.ts"
import { gradientOf } from "./gradient.ts"

/** A truth value does not change with its operands almost everywhere: zeros, where TensorFlow.js has no gradient. */
export const comparisons: readonly tf.GradConfig[] = [
  ...["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr"].map(
    (name) => gradientOf(name, ["a", "b"], (_dy, [a, b]) => ({ a: () => zeros(a!), b: () => zeros(b!) })),
  ),
  gradientOf("LogicalNot", ["x"], (_dy, [x]) => ({ x: () => zeros(x!) })),
]

/** Recorded, where `tf.zeros` would make an array in JavaScript; float32 as derivatives are, whatever `x` is. */
function zeros(x: tf.Tensor): tf.Tensor {
  return tf.fill(x.shape, 0, "float32")
}
