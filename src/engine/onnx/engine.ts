import type { Engine, EngineIdentity } from "../engine.ts"
import { EngineUnavailable } from "../engineUnavailable.ts"
import { registerGradients } from "../gradients/index.ts"
import * as tf from "../tf.ts"
import { OnnxBackend } from "./backend.ts"
import { registerKernels } from "./register.ts"
import { replayingStep } from "./replay/replayingStep.ts"
import { type OnnxRuntime, onnxRuntime } from "./runtime/onnxRuntime.ts"

const backendName = "onnx"

/** TensorFlow.js code recorded and computed by ONNX Runtime. */
export interface OnnxEngine extends Engine {
  readonly backend: OnnxBackend
}

/**
 * Opens the `onnx` engine and makes it TensorFlow.js's backend.
 * @param threads threads inside one operation
 * @throws EngineUnavailable when onnxruntime-node cannot be loaded
 */
export async function openOnnxEngine(threads: number): Promise<OnnxEngine> {
  const loaded = onnxRuntime()
  if (!loaded.ok) throw new EngineUnavailable(loaded.reason)
  const { runtime } = loaded
  return engineOn(runtime, {
    name: "onnx",
    version: `onnxruntime-node ${runtime.version}`,
    device: "cpu",
    threads,
  })
}

/** The engine on a runtime, on the CPU or a GPU; makes it TensorFlow.js's backend in place of the last one. */
export async function engineOn(runtime: OnnxRuntime, identity: EngineIdentity): Promise<OnnxEngine> {
  if (tf.findBackend(backendName) != null) tf.removeBackend(backendName)
  const backend = new OnnxBackend(runtime, identity.threads)
  tf.registerBackend(backendName, () => backend)
  registerKernels(backendName)
  registerGradients()
  await tf.setBackend(backendName)
  return {
    identity,
    backend,
    compile: (body, sources) => replayingStep(backend, body, sources),
    memory() {
      const { numTensors, numBytes } = tf.memory()
      return {
        tensors: numTensors,
        bytes: numBytes,
        fallbacks: backend.fallbacks,
        sessions: backend.sessionCount,
      }
    },
    dispose() {
      if (tf.findBackend(backendName) === backend) tf.removeBackend(backendName)
    },
  }
}
