import type { Engine, EngineName } from "./engine.ts"

/** Opens one engine by name. Engines are imported only when they are asked for. */
export async function openNamed(name: EngineName, threads: number): Promise<Engine> {
  switch (name) {
    case "js": {
      const { openJsEngine } = await import("./js/engine.ts")
      return openJsEngine()
    }
    case "onnx": {
      const { openOnnxEngine } = await import("./onnx/engine.ts")
      return openOnnxEngine(threads)
    }
    case "webgpu": {
      const { openWebgpuEngine } = await import("./webgpu/engine.ts")
      return openWebgpuEngine()
    }
    case "onnx-webgpu": {
      const { openOnnxWebgpuEngine } = await import("./onnx/webgpuEngine.ts")
      return openOnnxWebgpuEngine()
    }
    case "tensorflow": {
      const { openTensorflowEngine } = await import("./tensorflow/engine.ts")
      return openTensorflowEngine(threads)
    }
  }
}
