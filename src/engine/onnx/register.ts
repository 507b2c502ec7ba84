import * as tf from "../tf.ts"
import type { OnnxBackend } from "./backend.ts"
import { runOnCpu } from "./fallback.ts"
import { binaryKernels } from "./kernels/binary.ts"
import { blockKernels } from "./kernels/blocks.ts"
import { castKernels } from "./kernels/cast.ts"
import { convolutionKernels } from "./kernels/convolution.ts"
import { cumulateKernels } from "./kernels/cumulate.ts"
import { depthwiseKernels } from "./kernels/depthwise.ts"
import { einsumKernels } from "./kernels/einsum.ts"
import { extremumKernels } from "./kernels/extremum.ts"
import { fillKernels } from "./kernels/fill.ts"
import { fusedKernels } from "./kernels/fused.ts"
import { gatherKernels } from "./kernels/gather.ts"
import { integerBinary, integerUnary } from "./kernels/integers.ts"
import { joinKernels } from "./kernels/join.ts"
import { type Kernel, type KernelInputs, type KernelTable, merged } from "./kernels/kernel.ts"
import { logicalKernels } from "./kernels/logical.ts"
import { matmulKernels } from "./kernels/matmul.ts"
import { normaliseKernels } from "./kernels/normalise.ts"
import { padKernels } from "./kernels/pad.ts"
import { poolKernels } from "./kernels/pool.ts"
import { reduceKernels } from "./kernels/reduce.ts"
import { resizeKernels } from "./kernels/resize.ts"
import { scatterKernels } from "./kernels/scatter.ts"
import { shapeKernels } from "./kernels/shape.ts"
import { trigonometricKernels } from "./kernels/trigonometric.ts"
import { unaryKernels } from "./kernels/unary.ts"

/** Every kernel that is recorded, by TensorFlow.js's name. */
export const kernelTable: KernelTable = merged(
  binaryKernels,
  blockKernels,
  castKernels,
  convolutionKernels,
  cumulateKernels,
  depthwiseKernels,
  einsumKernels,
  extremumKernels,
  fillKernels,
  fusedKernels,
  gatherKernels,
  joinKernels,
  logicalKernels,
  matmulKernels,
  normaliseKernels,
  padKernels,
  poolKernels,
  reduceKernels,
  resizeKernels,
  scatterKernels,
  shapeKernels,
  trigonometricKernels,
  unaryKernels,
  integerBinary,
  integerUnary,
)

/** Registers every kernel of the CPU backend for the backend of this name: recorded where possible. */
export function registerKernels(backendName: string): void {
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    if (tf.getKernel(kernelName, backendName) != null) continue
    const kernel = kernelTable[kernelName]
    tf.registerKernel({ kernelName, backendName, kernelFunc: dispatch(kernelName, kernel) })
  }
}

function dispatch(kernelName: string, kernel: Kernel | undefined): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const onnx = backend as OnnxBackend
    const infos = inputs as KernelInputs
    if (kernel !== undefined && isRecordable(infos)) {
      onnx.boundRecording()
      const recorded = kernel(infos, attrs ?? {}, onnx)
      if (recorded !== undefined) return recorded
    }
    return runOnCpu(kernelName, infos, attrs, onnx)
  }
}

/** Strings, complex numbers and tensors without elements are left to the CPU code. */
function isRecordable(infos: KernelInputs): boolean {
  for (const name in infos) {
    const info = infos[name]
    if (info == null) continue
    if (info.dtype !== "float32" && info.dtype !== "int32" && info.dtype !== "bool") return false
    for (const extent of info.shape) if (extent === 0) return false
  }
  return true
}
