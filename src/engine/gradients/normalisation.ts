import * as tf from "../tf.ts"
import { unbroadcast } from "./broadcast.ts"
import { gradientOf } from "./gradient.ts"

/**
 * y = (x - mean) * scale / sqrt(variance + epsilon) + offset, with x `[B, H, W, C]` and the others `[C]` or any shape
 * that is broadcast. Every derivative comes from the sums of dy and of dy * (x - mean). The stock gradient tiles over
 * the batch, which costs a slice per image pixel when it is differentiated.
 */
export const normalisation: readonly tf.GradConfig[] = [
  gradientOf<{ varianceEpsilon: number }>(
    "FusedBatchNorm",
    ["x", "mean", "variance", "scale"],
    (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
      const inverse = tf.rsqrt(tf.add(variance!, varianceEpsilon))
      const factor = scale === undefined ? inverse : tf.mul(inverse, scale)
      const sum = unbroadcast(dy, mean!.shape)
      const moment = unbroadcast(tf.mul(dy, tf.sub(x!, mean!)), mean!.shape)
      return {
        x: () => tf.mul(dy, factor),
        mean: () => tf.neg(tf.mul(sum, factor)),
        variance: () => tf.mul(tf.mul(moment, factor), tf.mul(tf.square(inverse), -0.5)),
        scale: () => tf.mul(moment, inverse),
        offset: () => tf.clone(sum),
      }
    },
  ),
]
