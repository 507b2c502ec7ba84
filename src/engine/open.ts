import type { Engine, EngineName } from "./engine.ts"
import { EngineUnavailable } from "./engineUnavailable.ts"
import { openNamed } from "./openNamed.ts"

/**
 * The words of `--device`. `auto` takes the best engine there is; `gpu` takes one that computes on a GPU or none at
 * all; `cpu` is `onnx`; the others name an engine.
 */
export const deviceWords = [
  "auto",
  "cpu",
  "gpu",
  "onnx",
  "js",
  "webgpu",
  "onnx-webgpu",
  "tensorflow",
] as const

export type DeviceWord = (typeof deviceWords)[number]

export interface OpenOptions {
  /** One of `deviceWords`; `auto` when left out. A string, because it comes from the command line. */
  readonly device?: string
  /** Threads inside one operation, 1 when left out. Another number gives other bits. */
  readonly threads?: number
}

/** An engine to try, and whether it is good enough only if it really computes on a GPU. */
interface Candidate {
  readonly name: EngineName
  readonly onGpu: boolean
}

const onGpu: readonly Candidate[] = [
  { name: "tensorflow", onGpu: true },
  { name: "webgpu", onGpu: true },
]

/**
 * What `auto` tries, best first. `onnx` comes before TensorFlow on the CPU: it replays a compiled step, where
 * TensorFlow is called operation by operation (see the README for figures).
 */
const best: readonly Candidate[] = [
  ...onGpu,
  { name: "onnx", onGpu: false },
  { name: "tensorflow", onGpu: false },
  { name: "js", onGpu: false },
]

/**
 * Opens an engine and makes it TensorFlow.js's backend. One engine is active in a process: opening another
 * one makes that the active one.
 * @throws EngineUnavailable when the device is unknown or its engine cannot be used here
 */
export async function openEngine({ device = "auto", threads = 1 }: OpenOptions = {}): Promise<Engine> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`Expected a whole number of threads, 1 or more, but got ${threads}.`)
  }
  return openDevice(device, (name) => openNamed(name, threads))
}

/** Opens what a device word stands for, given how an engine is opened. */
export async function openDevice(
  device: string,
  open: (name: EngineName) => Promise<Engine>,
): Promise<Engine> {
  const word = deviceWords.find((known) => known === device)
  if (word === undefined) {
    throw new EngineUnavailable(
      `Expected a device out of ${deviceWords.join(", ")}, but got "${device}". Use --device auto.`,
    )
  }
  if (word === "auto" || word === "gpu") {
    const { engine, reasons } = await openFirst(word === "auto" ? best : onGpu, open)
    if (engine !== undefined) return engine
    throw new EngineUnavailable(
      `Expected an engine for --device ${word}, but none is available. ${reasons.join(" ")}`,
    )
  }
  const name = word === "cpu" ? "onnx" : word
  try {
    return await open(name)
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error
    throw new EngineUnavailable(
      `Expected the engine ${name} for --device ${word}, but it is not available. ${error.message}`,
    )
  }
}

async function openFirst(
  candidates: readonly Candidate[],
  open: (name: EngineName) => Promise<Engine>,
): Promise<{ readonly engine?: Engine; readonly reasons: readonly string[] }> {
  const reasons: string[] = []
  for (const candidate of candidates) {
    try {
      const engine = await open(candidate.name)
      if (!candidate.onGpu || engine.identity.device === "gpu") return { engine, reasons }
      engine.dispose()
      reasons.push(`${candidate.name}: It runs here, but on the CPU (${engine.identity.version}).`)
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error
      reasons.push(`${candidate.name}: ${error.message}`)
    }
  }
  return { reasons }
}
