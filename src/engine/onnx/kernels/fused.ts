import type { TensorInfo } from "../../tf.ts"
import { type Operation, operation } from "../operation.ts"
import type { Recorder } from "../recorder.ts"
import type { Value } from "../value.ts"
import { binaryKernels } from "./binary.ts"
import { convolutionKernels } from "./convolution.ts"
import { depthwiseKernels } from "./depthwise.ts"
import type { Kernel, KernelTable } from "./kernel.ts"
import { matmulKernels } from "./matmul.ts"
import { lowerActivation } from "./unary.ts"

const addBias: Operation = operation(
  "BiasAdd",
  () => (graph, inputs, value) => graph.elementwise("Add", inputs, value.shape, "float32"),
)

/** Records a kernel, then a bias and an activation on its result; undefined when a part is not handled. */
function fused(inner: Kernel): Kernel {
  return (inputs, attributes, recorder) => {
    const { bias, preluActivationWeights } = inputs
    const { activation = "linear", leakyreluAlpha = 0.2 } = attributes
    const isPrelu = activation === "prelu"
    const lower = isPrelu ? undefined : lowerActivation(activation, leakyreluAlpha)
    if (!isPrelu && lower === undefined) return undefined
    if (bias != null && (bias.dtype !== "float32" || bias.shape.length > 1)) return undefined
    const collected = collector(recorder)
    const core = inner(inputs, attributes, collected.recorder) as TensorInfo | undefined
    if (core === undefined) return undefined
    const biased =
      bias == null
        ? collected.last()
        : recorder.step(addBias, [collected.last(), recorder.value(bias)], core.shape, "float32")
    if (lower === undefined) {
      const x = { dataId: biased, shape: core.shape, dtype: core.dtype }
      return binaryKernels.Prelu!({ x, alpha: preluActivationWeights! }, {}, recorder)
    }
    const op = operation(`Activation ${activation} ${leakyreluAlpha}`, () => lower)
    return recorder.record(op, [biased], core.shape, "float32")
  }
}

/** A recorder that keeps the kernel's result as an inner step instead of handing it out. */
function collector(recorder: Recorder): { recorder: Recorder; last(): Value } {
  let last: Value | undefined
  return {
    recorder: {
      value: (info) => recorder.value(info),
      step: (...step) => recorder.step(...step),
      onGpu: recorder.onGpu,
      share: (info) => recorder.share(info),
      record(op, inputs, shape, dtype) {
        last = recorder.step(op, inputs, shape, dtype)
        return { dataId: last, shape: shape as number[], dtype }
      },
    },
    last: () => last!,
  }
}

/** Products with a bias and an activation in one call, as `tf.fused` and tf.layers make them for inference. */
export const fusedKernels: KernelTable = {
  FusedConv2D: fused(convolutionKernels.Conv2D!),
  FusedDepthwiseConv2D: fused(depthwiseKernels.DepthwiseConv2dNative!),
  _FusedMatMul: fused(matmulKernels.BatchMatMul!),
}
