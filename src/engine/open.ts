import { availability } from "./availability.ts"
import type { Availability, Engine, EngineName } from "./engine.ts"
import { EngineUnavailable } from "./engine-unavailable.ts"
import { openJsEngine } from "./js-engine.ts"

/** The words of `--device`. `auto` takes the best engine there is; `cpu` is `onnx` on the CPU. */
export const deviceWords = ["auto", "cpu", "js", "onnx", "wasm", "webgpu", "tensorflow", "gpu"] as const

export type DeviceWord = (typeof deviceWords)[number]

export interface OpenOptions {
  /** One of `deviceWords`; `auto` when left out. A string, because it comes from the command line. */
  readonly device?: string
  /** Threads inside one operation, 1 when left out. Another number gives other bits. */
  readonly threads?: number
}

/**
 * Opens an engine and makes it TensorFlow.js's backend. One engine is active in a process: opening another
 * one makes that the active one.
 * @throws EngineUnavailable when the device is unknown or its engine cannot be used here
 */
export async function openEngine({ device = "auto", threads = 1 }: OpenOptions = {}): Promise<Engine> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`Expected a whole number of threads, 1 or more, but got ${threads}.`)
  }
  const name = chooseEngine(device, await availability())
  if (name === "js") return openJsEngine()
  const { openOnnxEngine } = await import("./onnx/engine.ts")
  return openOnnxEngine(threads)
}

/** The engine that a device word stands for, given what is available. */
export function chooseEngine(device: string, engines: readonly Availability[]): "onnx" | "js" {
  const word = deviceWords.find((known) => known === device)
  if (word === undefined) {
    throw new EngineUnavailable(
      `Expected a device out of ${deviceWords.join(", ")}, but got "${device}". Use --device auto.`,
    )
  }
  const of = (name: EngineName) => engines.find((engine) => engine.name === name)
  if (word === "auto") return of("onnx")?.available ? "onnx" : "js"
  if (word === "gpu") {
    throw new EngineUnavailable(
      "Expected an engine for --device gpu, but this version of Saddlepoint has none that computes on a GPU. " +
        "Use --device auto.",
    )
  }
  const name = word === "cpu" ? "onnx" : word
  const engine = of(name)
  if (engine?.available && (name === "onnx" || name === "js")) return name
  const reason = engine?.reason || "It is not part of this version of Saddlepoint. Use --device auto."
  throw new EngineUnavailable(
    `Expected the engine ${name} for --device ${word}, but it is not available. ${reason}`,
  )
}
