import * as tf from "../tf.ts"
import type { OnnxBackend } from "./backend.ts"

/** Kernels handed to TensorFlow.js's CPU code, by name, with the number of calls. */
export type FallbackCounts = Record<string, number>

/**
 * Runs a kernel with TensorFlow.js's CPU code: computes what is recorded, copies the inputs over, and takes the
 * results back. Exact but slow, because activations are computed and kept; the backend counts the calls.
 */
export function runOnCpu(
  kernelName: string,
  inputs: Readonly<Record<string, tf.TensorInfo>> | readonly tf.TensorInfo[],
  attrs: tf.NamedAttrMap | undefined,
  backend: OnnxBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  backend.countFallback(kernelName)
  const cpu = tf.findBackend("cpu") as CpuBackend
  const kernel = tf.getKernel(kernelName, "cpu")
  if (kernel == null)
    throw new Error(`Expected a CPU kernel "${kernelName}" to fall back to, but there is none.`)

  const borrowed: tf.TensorInfo[] = []
  const borrow = (info: tf.TensorInfo): tf.TensorInfo => {
    const values = backend.readSync(info.dataId)
    const copy = { dataId: cpu.write(values, info.shape, info.dtype), shape: info.shape, dtype: info.dtype }
    borrowed.push(copy)
    return copy
  }
  const moved: Record<string, tf.TensorInfo> | tf.TensorInfo[] = Array.isArray(inputs)
    ? inputs.map(borrow)
    : Object.fromEntries(
        Object.entries(inputs).map(([name, info]) => [name, info == null ? info : borrow(info)]),
      )

  const results = kernel.kernelFunc({
    inputs: moved as unknown as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend: cpu,
  })
  const takeBack = (info: tf.TensorInfo): tf.TensorInfo => {
    if (info.dtype === "complex64") {
      throw new Error(
        `Expected real numbers, but the kernel "${kernelName}" gives complex ones, which the onnx engine does not hold. ` +
          "Use --device js.",
      )
    }
    const values = cpu.readSync(info.dataId)
    return {
      dataId: backend.writeResult(values, info.shape, info.dtype),
      shape: info.shape,
      dtype: info.dtype,
    }
  }
  const taken = Array.isArray(results) ? results.map(takeBack) : takeBack(results)
  for (const info of Array.isArray(results) ? results : [results]) cpu.disposeData(info.dataId, true)
  for (const info of borrowed) cpu.disposeData(info.dataId, true)
  return taken
}

interface CpuBackend extends tf.KernelBackend {
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId
}
