import { type Gpu, usedMemory } from "./devices.ts"

/** MiB in use on a GPU; undefined where the driver does not tell. */
export type UsedMemory = (gpu: Gpu) => Promise<number | undefined>

/** Seconds between two looks, and the number of looks before a GPU is used as it is. */
const pause = 0.5
const looks = 60

/**
 * Waits until a GPU has given back the memory of a process that ended, which takes the driver a moment: until no more
 * than `allowed` MiB are in use, for at most half a minute (somebody else may use the card).
 */
export async function memoryBack(
  gpu: Gpu,
  allowed: number,
  used: UsedMemory = usedMemory,
  sleep: (seconds: number) => Promise<void> = sleepFor,
): Promise<void> {
  for (let look = 1; look <= looks; look += 1) {
    const now = await used(gpu)
    if (now === undefined || now <= allowed) return
    if (look < looks) await sleep(pause)
  }
}

/** Calls `look` again and again, until the function that it gives is called. */
export type Every = (seconds: number, look: () => void) => () => void

const watchSeconds = 2
const enoughLooks = 3

/**
 * Measures what a trial takes of a GPU that it has to itself: the most that is in use beyond `base` MiB, looked at every
 * 2 s. TensorFlow keeps what it has taken, so little is missed between two looks. What the driver says of single processes
 * is not asked: in a container it is absent, or counts processes by other numbers.
 * @returns a function that ends the measuring and gives MiB; undefined where the driver does not tell, and for a trial
 *   that was over before there were three looks at something
 */
export function watchPeak(
  gpu: Gpu,
  base: number,
  used: UsedMemory = usedMemory,
  every: Every = everyInterval,
): () => number | undefined {
  let peak = 0
  let seen = 0
  let over = false
  const stop = every(watchSeconds, async () => {
    const now = await used(gpu)
    if (over || now === undefined || now <= base) return
    seen += 1
    peak = Math.max(peak, now - base)
  })
  return () => {
    over = true
    stop()
    return seen < enoughLooks ? undefined : peak
  }
}

function sleepFor(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

function everyInterval(seconds: number, look: () => void): () => void {
  const timer = setInterval(look, seconds * 1000)
  return () => clearInterval(timer)
}
