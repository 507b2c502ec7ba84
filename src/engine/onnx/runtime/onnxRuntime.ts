import { createRequire } from "node:module"

/** A tensor of ONNX Runtime; the native binding makes and reads these. */
export interface OrtTensor {
  readonly type: OrtType
  readonly data: Float32Array | Int32Array | Uint8Array
  readonly dims: readonly number[]
}

export type OrtType = "float32" | "int32" | "bool"

/** The synchronous native session, beneath the asynchronous public one. */
export interface OrtSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: SessionOptions): void
  run(
    feeds: Record<string, OrtTensor>,
    fetches: Record<string, null>,
    options: object,
  ): Record<string, OrtTensor>
  dispose(): void
  endProfiling(): void
}

export interface SessionOptions {
  readonly intraOpNumThreads: number
  readonly interOpNumThreads: number
  readonly executionMode: "sequential"
  readonly graphOptimizationLevel: "all" | "basic" | "disabled"
  readonly enableProfiling?: boolean
  readonly profileFilePrefix?: string
  readonly logSeverityLevel?: number
}

export interface OnnxRuntime {
  readonly version: string
  /** True when sessions run on a GPU and results stay there. */
  readonly onGpu?: boolean
  newSession(): OrtSession
  newTensor(type: OrtType, data: Float32Array | Int32Array | Uint8Array, dims: readonly number[]): OrtTensor
  /** Releases sessions that the runtime keeps for itself. */
  dispose?(): void
}

export type LoadedRuntime =
  | { readonly ok: true; readonly runtime: OnnxRuntime }
  | { readonly ok: false; readonly reason: string }

let loaded: LoadedRuntime | undefined

/**
 * Loads onnxruntime-node's native binding, once. The public API runs every session inside `setImmediate`;
 * `dataSync()` needs the binding itself, which is synchronous. The deep path is why the version is pinned.
 */
export function onnxRuntime(): LoadedRuntime {
  loaded ??= load()
  return loaded
}

function load(): LoadedRuntime {
  const require = createRequire(import.meta.url)
  try {
    const { binding, initOrt } = require("onnxruntime-node/dist/binding.js")
    const common = createRequire(require.resolve("onnxruntime-node/package.json"))("onnxruntime-common")
    const { version } = require("onnxruntime-node/package.json")
    initOrt()
    return {
      ok: true,
      runtime: {
        version,
        newSession: () => new binding.InferenceSession(),
        newTensor: (type, data, dims) => new common.Tensor(type, data, dims),
      },
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message.split("\n")[0] : String(error)
    return {
      ok: false,
      reason:
        `onnxruntime-node could not be loaded on ${process.platform} ${process.arch} (${cause}). ` +
        "Run npm install again, or use --device js.",
    }
  }
}
