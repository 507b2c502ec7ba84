import { writeModel } from "../graph/onnxWriter.ts"
import type { OnnxRuntime, OrtSession, OrtTensor, SessionOptions } from "./onnxRuntime.ts"
import { type NativeTensor, ResidentTensor } from "./residentTensor.ts"

/** What the binding takes beyond the options of the CPU. */
interface GpuOptions extends SessionOptions {
  readonly executionProviders: readonly [{ readonly name: "webgpu" }]
  readonly preferredOutputLocation: "gpu-buffer" | "cpu"
}

/**
 * ONNX Runtime with its WebGPU execution provider: nodes run on the GPU, and results stay in its memory until they are
 * read, so that variables never travel. What the provider cannot run, ONNX Runtime runs on the CPU.
 */
export function webgpuRuntime(runtime: OnnxRuntime): OnnxRuntime {
  const copies = new Map<string, OrtSession>()
  // The public API's download of such a tensor ends the process (onnxruntime-node 1.30); a copy to the host does not.
  const download = (native: NativeTensor): OrtTensor["data"] => {
    const key = `${native.type} ${native.dims.join()}`
    let copy = copies.get(key)
    if (copy === undefined) {
      copy = runtime.newSession()
      const port = { type: native.type, dims: [...native.dims] }
      const bytes = writeModel({
        nodes: [{ op: "Identity", inputs: ["x"], outputs: ["y"], attributes: {} }],
        constants: [],
        inputs: [{ name: "x", ...port }],
        outputs: [{ name: "y", ...port }],
      })
      copy.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, onGpu(oneThread, "cpu"))
      copies.set(key, copy)
    }
    return copy.run({ x: native as unknown as OrtTensor }, { y: null }, {}).y!.data
  }
  return {
    version: `${runtime.version} (WebGPU)`,
    onGpu: true,
    newSession: () => new WebgpuSession(runtime.newSession(), download),
    newTensor: (type, data, dims) => runtime.newTensor(type, data, dims),
    dispose() {
      for (const copy of copies.values()) copy.dispose()
      copies.clear()
    },
  }
}

const oneThread: SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
}

function onGpu(options: SessionOptions, location: GpuOptions["preferredOutputLocation"]): GpuOptions {
  return { ...options, executionProviders: [{ name: "webgpu" }], preferredOutputLocation: location }
}

/** Sessions that are not released; held here, because the garbage collector must not release them too early either. */
const sessions = new Set<WebgpuSession>()

/** A session that outlives its results: released before one of them, it ends the process (onnxruntime-node 1.30). */
class WebgpuSession implements OrtSession {
  private readonly session: OrtSession
  private readonly download: (native: NativeTensor) => OrtTensor["data"]
  private results = 0
  private unwanted = false

  constructor(session: OrtSession, download: (native: NativeTensor) => OrtTensor["data"]) {
    this.session = session
    this.download = download
    sessions.add(this)
  }

  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: SessionOptions): void {
    this.session.loadModel(buffer, offset, length, onGpu(options, "gpu-buffer"))
  }

  run(
    feeds: Record<string, OrtTensor>,
    fetches: Record<string, null>,
    options: object,
  ): Record<string, OrtTensor> {
    const native: Record<string, OrtTensor> = {}
    for (const name in feeds) {
      const feed = feeds[name]!
      native[name] = feed instanceof ResidentTensor ? (feed.native as unknown as OrtTensor) : feed
    }
    const results = this.session.run(native, fetches, options)
    for (const name in results) {
      this.results++
      results[name] = new ResidentTensor(results[name] as unknown as NativeTensor, this.download, () => {
        this.results--
        this.releaseUnwanted()
      })
    }
    return results
  }

  dispose(): void {
    this.unwanted = true
    this.releaseUnwanted()
  }

  private releaseUnwanted(): void {
    if (this.unwanted && this.results === 0 && sessions.delete(this)) this.session.dispose()
  }

  endProfiling(): void {
    this.session.endProfiling()
  }
}
