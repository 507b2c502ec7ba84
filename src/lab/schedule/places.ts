import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import { type Gpu, type GpuList, namedGpu } from "./devices.ts"

/** A device that trials are played on. */
export interface Place {
  /** Absent on the CPU, and where no GPU can be assigned. */
  readonly gpu?: Gpu
  /** What a trial's process gets to see this device and no other. */
  readonly environment: Readonly<Record<string, string>>
  /** The most trials on it at once. */
  readonly most: number
}

export interface PlacesQuestion {
  readonly engine: Pick<EngineIdentity, "name" | "device">
  /** Trials side by side, as wished for. */
  readonly workers: number
  readonly list: GpuList
  /** N of `--device gpu:N`. */
  readonly gpu?: number
  /** Whether trials may share a GPU. */
  readonly packing: boolean
}

export interface Places {
  readonly places: readonly Place[]
  /** What the user should know of them, a sentence each. */
  readonly notices: readonly string[]
}

/** Share of a GPU's memory from which on somebody else is said to use it. */
const busyShare = 0.1

/**
 * The devices that an engine's trials are spread over. On the CPU that is one place for `workers` trials; on GPUs one
 * place each. Only CUDA lets a process see one GPU of several (CUDA_VISIBLE_DEVICES; Vulkan, Metal and Direct3D ignore
 * it): other engines play one trial at a time.
 * @throws EngineUnavailable when a GPU is named that is absent, or that the engine cannot be told to use
 */
export function layOut({ engine, workers, list, gpu, packing }: PlacesQuestion): Places {
  const named = gpu === undefined ? undefined : namedGpu(gpu, list)
  if (engine.device === "cpu") {
    if (named !== undefined) {
      throw new EngineUnavailable(
        `Expected an engine that computes on a GPU for --device gpu:${gpu}, but got ${engine.name} on the CPU. ` +
          "Use --device gpu to see why.",
      )
    }
    return { places: [{ environment: { CUDA_VISIBLE_DEVICES: "" }, most: workers }], notices: [] }
  }
  const { gpus } = list
  if (engine.name !== "tensorflow") {
    if (named !== undefined && gpus.length > 1) {
      throw new EngineUnavailable(
        `Expected an engine that can be told its GPU for --device gpu:${gpu}, but the engine ${engine.name} takes ` +
          `any of the ${gpus.length} GPUs here. Use --device gpu, or install tfjs-node with CUDA.`,
      )
    }
    return oneAtATime(workers, `the engine ${engine.name} cannot be told which GPU to use.`)
  }
  if (gpus.length === 0)
    return oneAtATime(workers, `GPUs cannot be told apart: ${list.why ?? "there is no list of them."}`)
  const chosen = named === undefined ? sameModel(gpus) : [named]
  const places = chosen.map((one) => ({
    gpu: one,
    environment: {
      CUDA_DEVICE_ORDER: "PCI_BUS_ID",
      CUDA_VISIBLE_DEVICES: one.uuid,
      TF_FORCE_GPU_ALLOW_GROWTH: "true",
    },
    most: packing ? workers : 1,
  }))
  const left = named === undefined ? gpus.length - chosen.length : 0
  const notices = [
    ...(left > 0
      ? [`GPUs of another model than ${chosen[0]!.model} are not used: they give other bits.`]
      : []),
    ...chosen.filter(isBusy).map(({ number, used }) => {
      return `GPU ${number} is in use by others: ${used} MiB of its memory are taken.`
    }),
  ]
  return { places, notices }
}

/** @param why ends with a full stop */
function oneAtATime(workers: number, why: string): Places {
  const notices = workers > 1 ? [`One trial is played at a time, because ${why}`] : []
  return { places: [{ environment: {}, most: 1 }], notices }
}

function sameModel(gpus: readonly Gpu[]): readonly Gpu[] {
  return gpus.filter(({ model }) => model === gpus[0]!.model)
}

function isBusy({ memory, used }: Gpu): boolean {
  return memory !== undefined && used !== undefined && used > memory * busyShare
}
