import { createRequire } from "node:module"
import * as tf from "../tf.ts"

/** The optional packages in the order in which they are looked for. */
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const

/** What is used of tfjs-node's backend beyond its public interface. */
export interface NodeBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

export type LoadedTensorflow =
  | { readonly ok: true; readonly package: string; readonly version: string; readonly threads: number }
  | { readonly ok: false; readonly reason: string }

let loaded: LoadedTensorflow | undefined

/**
 * Imports tfjs-node-gpu or tfjs-node, once, if one is installed; it registers TensorFlow.js's backend `tensorflow`.
 * TensorFlow reads its settings from the environment when it is loaded, so the number of threads then holds for the
 * life of the process.
 */
export function loadTensorflow(threads: number): LoadedTensorflow {
  if (loaded === undefined) {
    setEnvironment(threads)
    restoreOldUtil()
    loaded = load(threads)
  }
  return loaded
}

/** What decides TensorFlow's bits is set; what is a matter of taste stays as the user has it. */
function setEnvironment(threads: number): void {
  const { env } = process
  env.TF_NUM_INTRAOP_THREADS = `${threads}`
  env.TF_NUM_INTEROP_THREADS = "1"
  env.TF_DETERMINISTIC_OPS = "1"
  env.NVIDIA_TF32_OVERRIDE = "0"
  // Otherwise the first process takes nearly the whole card.
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true"
  env.TF_CPP_MIN_LOG_LEVEL ??= "2"
}

/** tfjs-node 4.22.0 calls two functions that Node 23 removed from `util`; it sees the CommonJS object. */
function restoreOldUtil(): void {
  const util = createRequire(import.meta.url)("node:util")
  util.isNullOrUndefined ??= (value: unknown) => value == null
  util.isArray ??= Array.isArray
}

function load(threads: number): LoadedTensorflow {
  const require = createRequire(import.meta.url)
  const name = packages.find((candidate) => isInstalled(require, candidate))
  if (name === undefined) {
    return {
      ok: false,
      reason:
        "Neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed. " +
        "See src/engine/tensorflow/README.md, or use --device onnx.",
    }
  }
  // Two instances would register their kernels in each other's place; so this is asked before the import.
  const own = createRequire(require.resolve(`${name}/package.json`)).resolve("@tensorflow/tfjs")
  if (own !== require.resolve("@tensorflow/tfjs")) {
    return {
      ok: false,
      reason: `${name} has a TensorFlow.js of its own. Install version ${tf.version.tfjs} of it beside @tensorflow/tfjs.`,
    }
  }
  try {
    require(name)
    const { version } = require(`${name}/package.json`) as { version: string }
    return { ok: true, package: name, version, threads }
  } catch (error) {
    const cause = error instanceof Error ? error.message.split("\n")[0]! : String(error)
    return {
      ok: false,
      reason:
        `${name} is installed, but its native part could not be loaded (${cause.replace(/\.$/, "")}). ` +
        "See src/engine/tensorflow/README.md, or use --device onnx.",
    }
  }
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}
