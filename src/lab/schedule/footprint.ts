import { join } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { readJson, writeJson } from "../store/files/durable.ts"

/** What trials were measured to take of a GPU's memory, MiB: `STORE/footprints.json`. */
export interface Footprints {
  /** The most that trials of this arm took on a GPU of this model; undefined when none was measured. */
  of(trial: Trial, model: string): number | undefined
  /** Keeps a measured peak, if it is the highest so far. */
  keep(trial: Trial, model: string, peak: number): void
}

interface FootprintFile {
  readonly schema: 1
  /** MiB by hash of what a trial computes, its seed left out, and of the device's model. */
  readonly peaks: Readonly<Record<string, number>>
}

/**
 * Opens the store's footprints. Other processes may write the file at the same time: each writes it whole with all that
 * it found there, the higher of two values, and what it measured itself; what is lost in a race comes back with
 * the next write. A damaged file counts as empty: everything in it can be measured again.
 */
export function openFootprints(store: string): Footprints {
  const file = join(store, "footprints.json")
  const peaks = new Map<string, number>()
  const merge = (found: Iterable<readonly [string, number]>) => {
    for (const [key, peak] of found) if (peak > (peaks.get(key) ?? 0)) peaks.set(key, peak)
  }
  merge(readPeaks(file))
  return {
    of: (trial, model) => peaks.get(footprintKey(trial, model)),
    keep(trial, model, peak) {
      const before = peaks.get(footprintKey(trial, model))
      if (before !== undefined && before >= peak) return
      merge([[footprintKey(trial, model), Math.ceil(peak)]])
      merge(readPeaks(file))
      const sorted = [...peaks].sort(([a], [b]) => (a < b ? -1 : 1))
      writeJson(file, { schema: 1, peaks: Object.fromEntries(sorted) } satisfies FootprintFile)
    },
  }
}

/** 16 hex digits that all seeds of an arm share on GPUs of one model. */
export function footprintKey({ preimage }: Pick<Trial, "preimage">, model: string): string {
  const { seed: _, ...arm } = preimage
  return contentHash({ arm, model }).slice(0, 16)
}

function readPeaks(file: string): readonly (readonly [string, number])[] {
  const read = readJson(file)
  if (typeof read === "string" || read.value.schema !== 1) return []
  const { peaks } = read.value
  if (typeof peaks !== "object" || peaks === null) return []
  return Object.entries(peaks).filter(
    (entry): entry is [string, number] =>
      /^[0-9a-f]{16}$/.test(entry[0]) && Number.isFinite(entry[1]) && entry[1] > 0,
  )
}
