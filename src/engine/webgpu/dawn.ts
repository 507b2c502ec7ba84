import { createRequire } from "node:module"

/** The parts of Dawn's WebGPU that are used here; the `webgpu` package is optional, so its types are not. */
export interface GpuAdapterInfo {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** True for a driver that computes on the CPU. */
  readonly isFallbackAdapter: boolean
}

export interface GpuLimits {
  readonly maxBufferSize: number
  readonly maxStorageBufferBindingSize: number
  readonly maxComputeWorkgroupStorageSize: number
  readonly maxComputeWorkgroupsPerDimension: number
  readonly maxComputeWorkgroupSizeX: number
  readonly maxComputeInvocationsPerWorkgroup: number
}

export interface GpuErrorEvent {
  readonly error: { readonly message: string }
  preventDefault(): void
}

export interface GpuDevice {
  readonly limits: GpuLimits
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  addEventListener(kind: "uncapturederror", listener: (event: GpuErrorEvent) => void): void
  destroy(): void
}

export interface GpuAdapter {
  readonly info: GpuAdapterInfo
  readonly limits: GpuLimits
  readonly features: ReadonlySet<string>
  requestDevice(options: { requiredLimits: Partial<GpuLimits> }): Promise<GpuDevice>
}

interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<GpuAdapter | null>
}

/** Dawn, installed in this process. */
export interface Dawn {
  /** Version of the npm package, e.g. `0.6.2`. */
  readonly version: string
  readonly gpu: Gpu
  /** Takes `navigator.gpu` away; while it is referenced the process does not end by itself. */
  uninstall(): void
}

/**
 * Loads Dawn (the npm package `webgpu`) and puts it where TensorFlow.js's WebGPU backend looks for it:
 * `navigator.gpu` and the global constants. Drivers are looked up now, from the environment as it is now.
 * @throws the loader's error where the package or its binary for this platform is absent
 */
export async function installDawn(): Promise<Dawn> {
  const { create, globals } = await import("webgpu")
  Object.assign(globalThis, globals)
  const host = globalThis as { navigator?: object }
  // Node 20 has no navigator; later ones have one without `gpu`.
  host.navigator ??= { userAgent: "node" }
  const gpu = create([]) as unknown as Gpu
  Object.defineProperty(host.navigator, "gpu", { value: gpu, configurable: true })
  const { version } = createRequire(import.meta.url)("webgpu/package.json") as { version: string }
  return {
    version,
    gpu,
    uninstall() {
      delete (host.navigator as { gpu?: object }).gpu
    },
  }
}
