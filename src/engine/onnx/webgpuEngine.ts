import type { Engine } from "../engine.ts"
import { EngineUnavailable } from "../engineUnavailable.ts"
import { describeAdapter, findAdapter } from "../webgpu/adapter.ts"
import { requireSelfTest } from "../webgpu/selfTest.ts"
import { engineOn } from "./engine.ts"
import { onnxRuntime } from "./runtime/onnxRuntime.ts"
import { webgpuRuntime } from "./runtime/webgpuRuntime.ts"

/**
 * Opens the `onnx` engine on ONNX Runtime's WebGPU provider: steps are compiled and replayed as on the CPU, variables
 * stay in the GPU's memory, and tensors can be read synchronously.
 * @throws EngineUnavailable without a GPU, or when its arithmetic is wrong
 */
export async function openOnnxWebgpuEngine(): Promise<Engine> {
  const loaded = onnxRuntime()
  if (!loaded.ok) throw new EngineUnavailable(loaded.reason)
  // ONNX Runtime has a Dawn of its own and names no adapter; ours looks at the same drivers with the same preference.
  const { dawn, adapter } = await findAdapter()
  const { info } = adapter
  dawn.uninstall()
  const runtime = webgpuRuntime(loaded.runtime)
  const engine = await engineOn(runtime, {
    name: "onnx-webgpu",
    version: `onnxruntime-node ${runtime.version}`,
    device: info.isFallbackAdapter ? "cpu" : "gpu",
    threads: 1,
    adapter: describeAdapter(info),
  })
  await requireSelfTest(engine)
  return engine
}
