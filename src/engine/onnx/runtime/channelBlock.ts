import { writeModel } from "../graph/onnxWriter.ts"
import type { OnnxRuntime } from "./onnxRuntime.ts"

const probed = new WeakMap<OnnxRuntime, { readonly block: number | undefined }>()

/**
 * How many channels ONNX Runtime lays together in its blocked image format on this processor: 8 with 256-bit
 * vectors, 16 with 512-bit ones; undefined where it has no such format. Asked once, of the runtime itself.
 */
export function channelBlock(runtime: OnnxRuntime): number | undefined {
  let known = probed.get(runtime)
  if (known === undefined) {
    known = { block: runtime.onGpu ? undefined : probe(runtime) }
    probed.set(runtime, known)
  }
  return known.block
}

/** Reorders an image of 4 channels: they are filled up to one block. */
function probe(runtime: OnnxRuntime): number | undefined {
  const session = runtime.newSession()
  const bytes = writeModel({
    nodes: [{ op: "com.microsoft.nchwc:ReorderInput", inputs: ["x"], outputs: ["y"], attributes: {} }],
    constants: [],
    inputs: [{ name: "x", type: "float32", dims: [1, 4, 1, 1] }],
    outputs: [{ name: "y", type: "float32", dims: [] }],
  })
  try {
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "disabled",
      logSeverityLevel: 4,
    })
    const x = runtime.newTensor("float32", new Float32Array(4), [1, 4, 1, 1])
    return session.run({ x }, { y: null }, {}).y!.dims[1]
  } catch {
    return undefined
  } finally {
    session.dispose()
  }
}
