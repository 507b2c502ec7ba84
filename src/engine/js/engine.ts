import type { Engine } from "../engine.ts"
import { registerGradients } from "../gradients/index.ts"
import { lazyStep } from "../steps/lazyStep.ts"
import * as tf from "../tf.ts"

/** The pure JavaScript engine: TensorFlow.js's `cpu` backend. Slow, exact, and present everywhere. */
export async function openJsEngine(): Promise<Engine> {
  registerGradients()
  await tf.setBackend("cpu")
  return {
    identity: { name: "js", version: `@tensorflow/tfjs ${tf.version.tfjs}`, device: "cpu", threads: 1 },
    compile: (body, sources) => lazyStep(body, sources),
    memory() {
      const { numTensors, numBytes } = tf.memory()
      return { tensors: numTensors, bytes: numBytes, fallbacks: {}, sessions: 0 }
    },
    dispose() {},
  }
}
