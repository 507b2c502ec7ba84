import { type AskDriver, askNvidiaSmi, deviceRequest, type GpuList, listGpus, namedGpu } from "./devices.ts"

/** What `--device` asks for. */
export interface ChosenDevice {
  /** What engines are opened with, here and in the trials' processes: `gpu` for `gpu:1`. */
  readonly word: string
  /** N of `gpu:N`. */
  readonly gpu?: number
  /** Lists the GPUs with what is in use of them now: call it when this process has opened its engine, whose share counts. */
  readonly list: () => Promise<GpuList>
}

/**
 * Takes `--device` apart and lets this process see no more of the GPUs than it says. Call it before any engine is
 * loaded: CUDA reads its variables once, and TensorFlow would take a whole card to tell what it is.
 * @param environment of this process; changed
 * @throws EngineUnavailable when a GPU is named that is absent
 */
export async function chooseDevice(
  device: string,
  environment: NodeJS.ProcessEnv = process.env,
  ask: AskDriver = askNvidiaSmi,
): Promise<ChosenDevice> {
  const { word, gpu } = deviceRequest(device)
  const visible = environment.CUDA_VISIBLE_DEVICES
  const list = () => listGpus(ask, visible)
  environment.TF_FORCE_GPU_ALLOW_GROWTH ??= "true"
  if (gpu === undefined) return { word, list }
  const named = namedGpu(gpu, await list())
  environment.CUDA_DEVICE_ORDER = "PCI_BUS_ID"
  environment.CUDA_VISIBLE_DEVICES = named.uuid
  return { word, gpu, list }
}
