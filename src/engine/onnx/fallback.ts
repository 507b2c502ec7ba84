import * as tf from "../tf.ts"
import type { OnnxBackend } from "./backend.ts"

/**
 * Runs a kernel with TensorFlow.js's CPU code: computes what is recorded, copies the inputs over, and takes the
 * results back. Exact but slow, because activations are computed and kept; the backend counts the calls.
 */
export function runOnCpu(
  kernelName: string,
  inputs: Readonly<Record<string, Input>> | readonly tf.TensorInfo[],
  attrs: tf.NamedAttrMap | undefined,
  backend: OnnxBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  backend.countFallback(kernelName)
  const cpu = tf.findBackend("cpu") as CpuBackend
  const kernel = tf.getKernel(kernelName, "cpu")
  if (kernel == null)
    throw new Error(`Expected a CPU kernel "${kernelName}" to fall back to, but there is none.`)

  const borrowed: tf.TensorInfo[] = []
  const copy = (values: tf.backend_util.BackendValues, { shape, dtype }: Shaped): tf.TensorInfo => {
    // Some CPU kernels ask for the rank, as if they were given tensors.
    const written = { dataId: cpu.write(values, shape, dtype), shape, dtype, rank: shape.length }
    borrowed.push(written)
    return written
  }
  const borrow = (info: tf.TensorInfo): tf.TensorInfo => {
    const values = backend.readSync(info.dataId)
    if (info.dtype !== "complex64") return copy(values, info)
    const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array)
    const real = copy(parts.real, { shape: info.shape, dtype: "float32" })
    const imag = copy(parts.imag, { shape: info.shape, dtype: "float32" })
    const complex = tf
      .getKernel("Complex", "cpu")
      .kernelFunc({ inputs: { real, imag }, backend: cpu, attrs: {} })
    borrowed.push(complex as tf.TensorInfo)
    return complex as tf.TensorInfo
  }
  const borrowInput = (input: Input): Input => {
    if (input == null) return input
    return Array.isArray(input) ? input.map(borrow) : borrow(input as tf.TensorInfo)
  }
  const moved = Array.isArray(inputs)
    ? inputs.map(borrow)
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, borrowInput(input)]))

  const takeBack = (info: tf.TensorInfo): tf.TensorInfo => {
    const values = cpu.readSync(info.dataId)
    borrowed.push(info)
    return {
      dataId: backend.writeResult(values, info.shape, info.dtype),
      shape: info.shape,
      dtype: info.dtype,
    }
  }
  try {
    const results = kernel.kernelFunc({
      inputs: moved as unknown as tf.NamedTensorInfoMap,
      attrs: attrs as tf.NamedAttrMap,
      backend: cpu,
    })
    return Array.isArray(results) ? results.map(takeBack) : takeBack(results)
  } finally {
    for (const info of borrowed) cpu.disposeData(info.dataId, true)
  }
}

/** An input may be missing, and the ragged kernels take lists of tensors under one name. */
type Input = tf.TensorInfo | readonly tf.TensorInfo[] | undefined

type Shaped = Pick<tf.TensorInfo, "shape" | "dtype">

interface CpuBackend extends tf.KernelBackend {
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId
}
