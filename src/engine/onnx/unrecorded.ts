import * as tf from "../tf.ts"
import { kernelTable } from "./register.ts"

/** Names of the TensorFlow.js kernels that the `onnx` engine always runs in TensorFlow.js's own CPU code. */
export function unrecordedKernels(): string[] {
  const all = tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName)
  return all.filter((name) => kernelTable[name] === undefined).sort()
}
