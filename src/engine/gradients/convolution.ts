import type * as tf from "../tf.ts"
import { gradientOf, runKernel } from "./gradient.ts"

/**
 * The three kernels of a convolution (forward, by input, by filter) are the derivatives of one form that is linear in
 * the image, the filter and dy: the derivatives of each are the other two. TensorFlow.js registers them for some only.
 * Filters that are dilated have no first derivative in TensorFlow.js, which says so.
 */
export const convolution: readonly tf.GradConfig[] = [
  gradientOf<Attributes>("Conv2DBackpropFilter", ["x", "dy"], (ddw, [x, dy], attributes) => ({
    x: () =>
      runKernel("Conv2DBackpropInput", { dy: dy!, filter: ddw }, { ...attributes, inputShape: x!.shape }),
    dy: () => runKernel("Conv2D", { x: x!, filter: ddw }, { ...attributes, dilations: 1 }),
  })),
  gradientOf<Attributes>(
    "DepthwiseConv2dNativeBackpropInput",
    ["dy", "filter"],
    (ddx, [dy, filter], attributes) => ({
      dy: () => depthwise(ddx, filter!, attributes),
      filter: () =>
        runKernel(
          "DepthwiseConv2dNativeBackpropFilter",
          { x: ddx, dy: dy! },
          { ...attributes, filterShape: filter!.shape },
        ),
    }),
  ),
  gradientOf<Attributes>("DepthwiseConv2dNativeBackpropFilter", ["x", "dy"], (ddw, [x, dy], attributes) => ({
    x: () =>
      runKernel(
        "DepthwiseConv2dNativeBackpropInput",
        { dy: dy!, filter: ddw },
        { ...attributes, inputShape: x!.shape },
      ),
    dy: () => depthwise(x!, ddw, attributes),
  })),
]

type Attributes = Readonly<Record<string, unknown>>

function depthwise(x: tf.Tensor, filter: tf.Tensor, attributes: Attributes): tf.Tensor {
  return runKernel("DepthwiseConv2dNative", { x, filter }, { ...attributes, dataFormat: "NHWC" })
}
