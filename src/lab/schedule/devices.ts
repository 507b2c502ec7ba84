import { execFile } from "node:child_process"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"

/** A GPU that trials may be given. Memory is in MiB, and absent where the driver does not tell it. */
export interface Gpu {
  /** Its number in the words of `--device gpu:N`: from 0, in bus order, over the GPUs that this process may see. */
  readonly number: number
  /** By what CUDA_VISIBLE_DEVICES names it, whatever the order. Never stored: it tells machines apart. */
  readonly uuid: string
  readonly model: string
  readonly memory?: number
  /** In use when the list was made. */
  readonly used?: number
}

/** The GPUs of a machine; `why` says in a sentence why there are none. */
export interface GpuList {
  readonly gpus: readonly Gpu[]
  readonly why?: string
}

/** Runs `nvidia-smi` with these words and gives its output; fails as `execFile` does. */
export type AskDriver = (words: readonly string[]) => Promise<string>

const form = "--format=csv,noheader,nounits"

/**
 * Lists the GPUs that this process may use, by `nvidia-smi`. Never fails: no program, no driver or no answer within 5 s
 * is no GPU, with a sentence.
 * @param visible the outer CUDA_VISIBLE_DEVICES, see `visibleGpus`
 */
export async function listGpus(
  ask: AskDriver = askNvidiaSmi,
  visible: string | undefined = process.env.CUDA_VISIBLE_DEVICES,
): Promise<GpuList> {
  let all: readonly Gpu[]
  try {
    all = parseGpus(await ask(["--query-gpu=index,uuid,name,memory.total,memory.used", form]))
  } catch (error) {
    return { gpus: [], why: whySilent(error) }
  }
  const gpus = visibleGpus(all, visible)
  if (gpus.length > 0) return { gpus }
  const why =
    all.length === 0
      ? "nvidia-smi lists no GPU."
      : `CUDA_VISIBLE_DEVICES is ${JSON.stringify(visible)} and leaves none of ${all.length}.`
  return { gpus, why }
}

/** Reads the lines of `--query-gpu=index,uuid,name,memory.total,memory.used`; other lines are passed over. */
export function parseGpus(output: string): readonly Gpu[] {
  const gpus = output.split(/\r?\n/).flatMap((line): readonly Gpu[] => {
    const fields = line.split(", ").map((field) => field.trim())
    const [index, uuid, ...rest] = fields
    // A name may hold a comma; the two last fields do not.
    const [memory, used] = rest.splice(-2).map(megabytes)
    const model = rest.join(", ")
    if (!/^\d+$/.test(index ?? "") || !uuid?.startsWith("GPU-") || model === "") return []
    return [
      {
        number: Number(index),
        uuid,
        model,
        ...(memory === undefined ? {} : { memory }),
        ...(used === undefined ? {} : { used }),
      },
    ]
  })
  return gpus.sort((a, b) => a.number - b.number)
}

/**
 * The GPUs that CUDA_VISIBLE_DEVICES leaves, in its order and numbered anew, as CUDA does (CUDA C++ Programming Guide,
 * environment variables): entries are numbers in bus order or beginnings of a UUID; an entry that names none ends
 * the list; an entry twice makes it empty. Unset leaves all, an empty value none. A `MIG-` entry, which nvidia-smi
 * does not list so, is a device whose memory is unknown.
 */
export function visibleGpus(gpus: readonly Gpu[], visible: string | undefined): readonly Gpu[] {
  if (visible === undefined) return gpus.map((gpu, number) => ({ ...gpu, number }))
  const seen: Gpu[] = []
  for (const entry of visible.split(",").map((part) => part.trim())) {
    const gpu = entry.startsWith("MIG-")
      ? { number: 0, uuid: entry, model: "MIG instance" }
      : gpus.find(({ number, uuid }) => entry === String(number) || isBeginning(entry, uuid, gpus))
    if (gpu === undefined) break
    if (seen.some(({ uuid }) => uuid === gpu.uuid)) return []
    seen.push({ ...gpu, number: seen.length })
  }
  return seen
}

/** What `--device` says, taken apart: `gpu:1` is the word `gpu` and the number 1. */
export function deviceRequest(device: string): { readonly word: string; readonly gpu?: number } {
  const number = /^gpu:(\d{1,4})$/.exec(device)?.[1]
  return number === undefined ? { word: device } : { word: "gpu", gpu: Number(number) }
}

/**
 * The GPU that `--device gpu:N` names.
 * @throws EngineUnavailable when there is no such GPU, with what there is
 */
export function namedGpu(number: number, { gpus, why }: GpuList): Gpu {
  const gpu = gpus.find((one) => one.number === number)
  if (gpu !== undefined) return gpu
  const seen =
    gpus.length === 0
      ? `no GPU is seen here: ${why ?? "nvidia-smi lists none."}`
      : `there is only ${gpus.map((one) => `gpu:${one.number} (${one.model})`).join(", ")}.`
  throw new EngineUnavailable(
    `Expected a GPU number ${number} for --device gpu:${number}, but ${seen} ` +
      `${gpus.length === 0 ? "Use --device auto." : "Name one of these, or use --device auto."}`,
  )
}

/** MiB in use on a GPU, by whomever; undefined where the driver does not tell. */
export async function usedMemory(
  gpu: Pick<Gpu, "uuid">,
  ask: AskDriver = askNvidiaSmi,
): Promise<number | undefined> {
  try {
    return megabytes((await ask([`--id=${gpu.uuid}`, "--query-gpu=memory.used", form])).trim())
  } catch {
    return undefined
  }
}

/** Asks the driver's own program, which may hang when a card does: 5 s, then it is ended. */
export const askNvidiaSmi: AskDriver = (words) =>
  new Promise((resolve, reject) => {
    execFile("nvidia-smi", [...words], { timeout: 5000, killSignal: "SIGKILL" }, (error, output) =>
      error === null ? resolve(output) : reject(error),
    )
  })

/** `[N/A]`, `[Not Supported]` and the like are unknown. */
function megabytes(field: string): number | undefined {
  return /^\d+$/.test(field) ? Number(field) : undefined
}

function isBeginning(entry: string, uuid: string, gpus: readonly Gpu[]): boolean {
  const fits = (whole: string) => entry.startsWith("GPU-") && whole.startsWith(entry)
  return fits(uuid) && gpus.filter((gpu) => fits(gpu.uuid)).length === 1
}

function whySilent(error: unknown): string {
  const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean }
  if (code === "ENOENT") return "nvidia-smi is not installed."
  if (killed === true) return "nvidia-smi did not answer within 5 s."
  return typeof code === "number"
    ? `nvidia-smi ended with exit code ${code}; run it to see why.`
    : "nvidia-smi could not be run; run it to see why."
}
