import type { Engine } from "../engine.ts"
import { EngineUnavailable } from "../engineUnavailable.ts"
import { registerGradients } from "../gradients/index.ts"
import { lazyStep } from "../steps/lazyStep.ts"
import * as tf from "../tf.ts"
import { loadTensorflow, type NodeBackend } from "./load.ts"

const backendName = "tensorflow"

/**
 * TensorFlow's own kernels through tfjs-node, an optional package: on CUDA where the TensorFlow library has it and a
 * card is there, otherwise on the CPU, which `identity.device` tells truthfully. Steps run eagerly.
 * @param threads threads inside one operation on the CPU; the first call fixes it for the life of the process
 * @throws EngineUnavailable when tfjs-node is absent or broken, or was loaded with another number of threads
 */
export async function openTensorflowEngine(threads: number): Promise<Engine> {
  const loaded = loadTensorflow(threads)
  if (!loaded.ok) throw new EngineUnavailable(loaded.reason)
  if (loaded.threads !== threads) {
    throw new EngineUnavailable(
      `Expected ${threads} threads, but TensorFlow runs in this process with ${loaded.threads}. Use a new process.`,
    )
  }
  registerGradients()
  if (!(await tf.setBackend(backendName))) {
    throw new EngineUnavailable(
      `${loaded.package} was loaded, but TensorFlow did not start. Set TF_CPP_MIN_LOG_LEVEL=0 to see why.`,
    )
  }
  const backend = tf.backend() as NodeBackend
  const onGpu = backend.isUsingGpuDevice
  return {
    identity: {
      name: "tensorflow",
      version: `${loaded.package} ${loaded.version}, TensorFlow ${backend.binding.TF_Version}`,
      device: onGpu ? "gpu" : "cpu",
      threads,
    },
    compile: (body, sources) => lazyStep(body, sources),
    memory() {
      const { numTensors, numBytes } = tf.memory()
      return { tensors: numTensors, bytes: numBytes, fallbacks: {}, sessions: 0 }
    },
    // TensorFlow cannot be unloaded, and its backend cannot be made a second time.
    dispose() {},
  }
}
