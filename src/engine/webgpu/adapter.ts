import { EngineUnavailable } from "../engineUnavailable.ts"
import { type Dawn, type GpuAdapter, type GpuAdapterInfo, installDawn } from "./dawn.ts"
import { mayHaveGpu } from "./deviceFiles.ts"
import { prepareVulkan, softwareAllowed } from "./softwareDriver.ts"

/**
 * Installs Dawn and finds the GPU to compute on. A driver that computes on the CPU counts only with
 * SADDLEPOINT_SOFTWARE_GPU=1.
 * @throws EngineUnavailable without the package, or without such a GPU; Dawn is then uninstalled again
 */
export async function findAdapter(): Promise<{ readonly dawn: Dawn; readonly adapter: GpuAdapter }> {
  if (!mayHaveGpu() && !softwareAllowed()) {
    throw new EngineUnavailable(
      "This machine shows no GPU: there is no /dev/dri/renderD*, /dev/nvidia* or /dev/dxg. " +
        "Give the container access to the GPU, or use --device onnx.",
    )
  }
  prepareVulkan()
  const dawn = await installDawn().catch((error: unknown) => {
    throw new EngineUnavailable(
      `The package webgpu could not be loaded on ${process.platform} ${process.arch} (${firstLine(error)}). ` +
        "Run npm install again, or use --device onnx.",
    )
  })
  const adapter = await dawn.gpu.requestAdapter({ powerPreference: "high-performance" })
  if (adapter !== null && (!adapter.info.isFallbackAdapter || softwareAllowed())) return { dawn, adapter }
  dawn.uninstall()
  if (adapter === null) {
    throw new EngineUnavailable(
      "No GPU with a Vulkan, Metal or Direct3D 12 driver was found. Install the GPU's driver, name its Vulkan file " +
        "in VK_DRIVER_FILES, or use --device onnx.",
    )
  }
  throw new EngineUnavailable(
    `The only graphics driver, ${adapter.info.description}, computes on the CPU. ` +
      "Use --device onnx, which is faster, or set SADDLEPOINT_SOFTWARE_GPU=1 for a test.",
  )
}

/** Vendor, architecture and driver, as far as they are told. */
export function describeAdapter({ vendor, architecture, description }: GpuAdapterInfo): string {
  return [vendor, architecture, description].filter((part) => part !== "").join(", ")
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!
}
