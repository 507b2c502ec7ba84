import type { Availability } from "./engine.ts"
import { loadOnnxRuntime } from "./onnx/runtime.ts"

/** Says for every engine whether it can be used in this process, and if not, why and what to do. */
export async function availability(): Promise<Availability[]> {
  const onnx = await loadOnnxRuntime()
  return [
    onnx.ok
      ? { name: "onnx", available: true, reason: "" }
      : { name: "onnx", available: false, reason: onnx.reason },
    { name: "js", available: true, reason: "" },
    {
      name: "wasm",
      available: false,
      reason: "It cannot train convolutions: it has no Conv2DBackpropFilter kernel. Use --device onnx.",
    },
    {
      name: "webgpu",
      available: false,
      reason: "It is not part of this version of Saddlepoint. Use --device onnx.",
    },
    {
      name: "tensorflow",
      available: false,
      reason: "It is not part of this version of Saddlepoint. Use --device onnx.",
    },
  ]
}
