import * as tf from "../tf.ts"
import { unbroadcast } from "./broadcast.ts"
import { einsum } from "./einsum.ts"
import { gradientOf } from "./gradient.ts"

/** Products over pairs of operands, where the stock gradient forgets that an operand was broadcast or is missing. */
export const products: readonly tf.GradConfig[] = [
  gradientOf("SquaredDifference", ["a", "b"], (dy, [a, b]) => {
    const derivative = () => tf.mul(dy, tf.mul(2, tf.sub(a!, b!)))
    return {
      a: () => unbroadcast(derivative(), a!.shape),
      b: () => unbroadcast(tf.neg(derivative()), b!.shape),
    }
  }),
  gradientOf<{ transposeA: boolean; transposeB: boolean }>(
    "BatchMatMul",
    ["a", "b"],
    (dy, [a, b], { transposeA, transposeB }) => ({
      a: () => {
        const derivative = transposeA
          ? tf.matMul(b!, dy, transposeB, true)
          : tf.matMul(dy, b!, false, !transposeB)
        return unbroadcast(derivative, a!.shape)
      },
      b: () => {
        const derivative = transposeB
          ? tf.matMul(dy, a!, true, transposeA)
          : tf.matMul(a!, dy, !transposeA, false)
        return unbroadcast(derivative, b!.shape)
      },
    }),
  ),
  einsum,
]
