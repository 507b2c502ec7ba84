import type * as tf from "../tf.ts"
import { gradientOf } from "./gradient.ts"

const instead: Readonly<Record<string, readonly [operation: string, advice: string]>> = {
  LRNGrad: [
    "tf.localResponseNormalization",
    "normalise with tf.moments, or over channels with tf.square and tf.mean",
  ],
  MaxPool3DGrad: ["tf.maxPool3d", "use tf.maxPool over folded dimensions, or tf.max over reshaped windows"],
  AvgPool3DGrad: ["tf.avgPool3d", "use tf.avgPool over folded dimensions, or tf.mean over reshaped windows"],
  Conv3DBackpropInputV2: ["tf.conv3d", "use tf.conv2d"],
  Conv3DBackpropFilterV2: ["tf.conv3d", "use tf.conv2d"],
  Dilation2DBackpropInput: ["tf.dilation2d", "use tf.maxPool"],
  Dilation2DBackpropFilter: ["tf.dilation2d", "use tf.maxPool"],
}

/** Gradient kernels that cannot be differentiated: first derivatives work, a second one ends in a sentence. */
export const refusals: readonly tf.GradConfig[] = Object.entries(instead).map(
  ([kernel, [operation, advice]]) =>
    gradientOf(kernel, [], () => {
      throw new Error(
        `Expected operations that can be differentiated twice, but the gradient of ${operation} (kernel ${kernel}) has ` +
          `no derivative: ${advice}.`,
      )
    }),
)
