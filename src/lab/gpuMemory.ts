import { type Gpu, usedMemory } from "./devices.ts"

/** What waiting and measuring need of the world; tests give their own. */
export interface MemoryPorts {
  /** MiB in use on a GPU; undefined where the driver does not tell. */
  readonly used: (gpu: Gpu) => Promise<number | undefined>
  readonly sleep: (seconds: number) => Promise<void>
}

const driver: MemoryPorts = {
  used: (gpu) => usedMemory(gpu),
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
}

/** Seconds between two looks, and the number of looks before a GPU is used as it is. */
const pause = 0.5
const looks = 60

/**
 * Waits until a GPU has given back the memory of a process that ended, which takes the driver a moment: until no more than
 * `allowed` MiB are in use, for at most half a minute (somebody else may use the card). Never fails.
 */
export async function memoryBack(gpu: Gpu, allowed: number, ports: MemoryPorts = driver): Promise<void> {
  for (let look = 1; look <= looks; look += 1) {
    const used = await ports.used(gpu)
    if (used === undefined || used <= allowed) return
    if (look < looks) await ports.sleep(pause)
  }
}

/**
 * Measures what a trial takes of a GPU that it has to itself: the most that is in use beyond `base` MiB, looked at every
 * `seconds`. Engines keep what they have taken, so a peak is not missed between two looks. What the driver says of
 * single processes is not asked: in a container it is absent, or names other processes.
 * @returns a function that ends the measuring and gives MiB, undefined where the driver does not tell
 */
export function watchPeak(
  gpu: Gpu,
  base: number,
  seconds = 5,
  ports: MemoryPorts = driver,
): () => Promise<number | undefined> {
  let peak: number | undefined
  let over = false
  const look = async () => {
    while (!over) {
      const used = await ports.used(gpu)
      if (used === undefined || over) return
      peak = Math.max(peak ?? 0, used - base)
      await ports.sleep(seconds)
    }
  }
  void look()
  return async () => {
    over = true
    return peak
  }
}
