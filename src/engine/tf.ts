/** The one TensorFlow.js instance of the process: everything imports it from here. */
import * as tfjs from "@tensorflow/tfjs"

export * from "@tensorflow/tfjs"

silenceBanner()

/**
 * The CPU backend prints an advertisement for tfjs-node at its first write. Warnings are off while the flag
 * PROD is on, so the first write is made here, under that flag, and the flag is put back.
 */
function silenceBanner(): void {
  const env = tfjs.env()
  const production = env.getBool("PROD")
  env.set("PROD", true)
  const cpu = tfjs.findBackend("cpu") as tfjs.KernelBackend
  cpu.disposeData(cpu.write(new Float32Array(1), [1], "float32"), true)
  env.set("PROD", production)
}
