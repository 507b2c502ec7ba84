import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { stream } from "@saddlepoint/engine/random"

/** Which share of a process's writes fails, from which seed. */
export interface Faults {
  readonly seed: number
  /** In [0, 1]. */
  readonly share: number
}

const ways = [
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "openSync",
  "renameSync",
  "linkSync",
  "mkdirSync",
] as const

/**
 * Lets a share of this process's calls that write to the file system fail, as a full disk (ENOSPC; half of the bytes are
 * written before) or a broken one (EIO) does. From the next import on, and for importers of `node:fs` that are loaded.
 */
export function injectFaults({ seed, share }: Faults): void {
  const { uniform: draw } = stream(seed, "faults")
  for (const way of ways) {
    const whole = fs[way] as (...words: unknown[]) => unknown
    const broken = (...words: unknown[]) => {
      const [target, flags] = words
      const reads = way === "openSync" && (flags === undefined || flags === "r")
      const ours = typeof target === "number" ? target > 2 : true
      if (reads || !ours || draw() >= share) return whole(...words)
      const code = draw() < 0.5 ? "ENOSPC" : "EIO"
      if (code === "ENOSPC" && way === "writeSync") writeHalf(whole, words)
      throw Object.assign(new Error(`${code}: injected, ${way}`), { code, syscall: way.replace("Sync", "") })
    }
    Object.assign(fs, { [way]: broken })
  }
  syncBuiltinESMExports()
}

function writeHalf(
  write: (...words: unknown[]) => unknown,
  [handle, bytes, from = 0]: readonly unknown[],
): void {
  const all = Buffer.from(bytes as Uint8Array | string).subarray(Number(from))
  write(handle, all, 0, Math.floor(all.length / 2))
}
