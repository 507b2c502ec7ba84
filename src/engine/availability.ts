import type { Availability, EngineName } from "./engine.ts"
import { EngineUnavailable } from "./engineUnavailable.ts"
import { openNamed } from "./openNamed.ts"

const names: readonly EngineName[] = ["onnx", "js", "webgpu", "onnx-webgpu", "tensorflow"]

/**
 * Says for every engine whether it can be used in this process, and if not, why and what to do. Each is opened, tested
 * and disposed in turn, so call it while no engine is in use.
 * @param threads threads inside one operation
 */
export async function availability(threads = 1): Promise<Availability[]> {
  const found: Availability[] = []
  for (const name of names) {
    try {
      const engine = await openNamed(name, threads)
      found.push({ name, available: true, reason: "", identity: engine.identity })
      engine.dispose()
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error
      found.push({ name, available: false, reason: error.message })
    }
  }
  return found
}
