import { createRequire } from "node:module"
import type { CompiledStep, Engine } from "../engine.ts"
import { registerGradients } from "../gradients/index.ts"
import { lazyStep } from "../steps/lazyStep.ts"
import * as tf from "../tf.ts"
import { describeAdapter, findAdapter } from "./adapter.ts"
import type { Dawn, GpuAdapter, GpuDevice, GpuLimits } from "./dawn.ts"
import { type Guard, guard, type WebgpuBackend } from "./guard.ts"
import { repairRunningTotals } from "./runningTotals.ts"
import { requireSelfTest } from "./selfTest.ts"

const backendName = "webgpu"

/** The limits that TensorFlow.js's shaders and buffers profit from; asked for as high as the adapter has them. */
const wantedLimits: readonly (keyof GpuLimits)[] = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
]

/**
 * TensorFlow.js's WebGPU backend on Dawn, outside a browser: Vulkan, Metal or Direct3D 12. Steps run eagerly.
 * Tensors can be read with `await tensor.data()` only. A software driver is taken only with SADDLEPOINT_SOFTWARE_GPU=1,
 * and the identity then says `cpu`. The process ends by itself only after `dispose()`.
 * @throws EngineUnavailable without the package, an adapter, a real GPU, or when its arithmetic is wrong
 */
export async function openWebgpuEngine(): Promise<Engine> {
  const { dawn, adapter } = await findAdapter()
  let device: GpuDevice | undefined
  try {
    const { WebGPUBackend, version } = await loadBackend()
    device = await adapter.requestDevice({ requiredLimits: highest(adapter.limits) })
    removeBackend()
    const backend = new WebGPUBackend(device, adapter.info)
    const watch = guard(backend, device)
    tf.registerBackend(backendName, () => backend)
    // Otherwise small operations on numbers that were read before run in JavaScript, and reading would change bits.
    tf.env().set("WEBGPU_CPU_FORWARD", false)
    registerGradients()
    repairRunningTotals(backendName)
    await tf.setBackend(backendName)
    const engine = engineOf(dawn, adapter, device, watch, version)
    await requireSelfTest(engine)
    return engine
  } catch (error) {
    removeBackend()
    device?.destroy()
    dawn.uninstall()
    throw error
  }
}

function engineOf(
  dawn: Dawn,
  { info }: GpuAdapter,
  device: GpuDevice,
  watch: Guard,
  version: string,
): Engine {
  let open = true
  return {
    identity: {
      name: "webgpu",
      version: `@tensorflow/tfjs-backend-webgpu ${version}, webgpu ${dawn.version}`,
      device: info.isFallbackAdapter ? "cpu" : "gpu",
      threads: 1,
      adapter: describeAdapter(info),
    },
    compile(body, sources): CompiledStep {
      return lazyStep(body, sources, () => watch.check())
    },
    memory() {
      const { numTensors, numBytes } = tf.memory()
      return { tensors: numTensors, bytes: numBytes, fallbacks: {}, sessions: 0 }
    },
    dispose() {
      if (!open) return
      open = false
      watch.close()
      removeBackend()
      device.destroy()
      dawn.uninstall()
    },
  }
}

/** The backend registers itself under its own settings at import when it sees `navigator.gpu`; ours replaces it. */
async function loadBackend() {
  const { WebGPUBackend } = (await import("@tensorflow/tfjs-backend-webgpu")) as unknown as {
    readonly WebGPUBackend: new (device: GpuDevice, info: object) => WebgpuBackend
  }
  const { version } = createRequire(import.meta.url)("@tensorflow/tfjs-backend-webgpu/package.json") as {
    readonly version: string
  }
  return { WebGPUBackend, version }
}

/** By its factory: asking for the backend itself would start the one that registered itself. */
function removeBackend(): void {
  if (tf.findBackendFactory(backendName) != null) tf.removeBackend(backendName)
}

function highest(limits: GpuLimits): Partial<GpuLimits> {
  return Object.fromEntries(wantedLimits.map((name) => [name, limits[name]]))
}
