import type { EngineName } from "../../engine.ts"
import type { Exclusion } from "../report.ts"
import { correctedGradients } from "./gradients.ts"
import { onnxExclusions } from "./onnx.ts"
import { tensorflowExclusions } from "./tensorflow.ts"
import { webgpuExclusions } from "./webgpu.ts"

const own: Readonly<Partial<Record<EngineName, readonly Exclusion[]>>> = {
  onnx: onnxExclusions,
  tensorflow: tensorflowExclusions,
  webgpu: webgpuExclusions,
}

/** The tests that an engine is known to fail: where TensorFlow.js's gradients are corrected, and its own. */
export function exclusionsOf(engine: EngineName): readonly Exclusion[] {
  return [...correctedGradients, ...(own[engine] ?? [])]
}
