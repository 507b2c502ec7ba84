import { existsSync } from "node:fs"
import { tmpdir } from "node:os"

/** Where Chromium, Chrome and Playwright's images keep SwiftShader, the Vulkan driver that computes on the CPU. */
const places = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
]

/**
 * The file that describes a software Vulkan driver, if one is installed.
 * Mesa's lavapipe is not looked for: Dawn refuses the versions that were tried.
 */
export function findSoftwareDriver(exists: (path: string) => boolean = existsSync): string | undefined {
  return places.find(exists)
}

/** Whether `SADDLEPOINT_SOFTWARE_GPU` is set to something other than 0: `--device webgpu` may then run on the CPU. */
export function softwareAllowed(environment: NodeJS.ProcessEnv = process.env): boolean {
  const asked = environment.SADDLEPOINT_SOFTWARE_GPU ?? ""
  return asked !== "" && asked !== "0"
}

/** Points the Vulkan loader at the software driver, unless the user named a driver; before Dawn is loaded. */
export function prepareVulkan(environment: NodeJS.ProcessEnv = process.env): void {
  // Without it the loader's window-system layers print errors on a machine without a display.
  environment.XDG_RUNTIME_DIR ??= tmpdir()
  if (!softwareAllowed(environment)) return
  if (environment.VK_ICD_FILENAMES !== undefined || environment.VK_DRIVER_FILES !== undefined) return
  const driver = findSoftwareDriver()
  if (driver !== undefined) environment.VK_ICD_FILENAMES = driver
}
