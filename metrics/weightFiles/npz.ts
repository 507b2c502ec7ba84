import { type Allowance, allowance } from "./allowance.ts"
import { decodeNpy, encodeNpy, type NpyArray } from "./npy.ts"
import { encodeZip } from "./writeZip.ts"
import type { ZipArchive } from "./zip.ts"

const suffix = ".npy"

/** Whether an archive is one of numpy.savez: all of its entries are arrays. */
export function isNpz({ names }: ZipArchive): boolean {
  return names.length > 0 && names.every((name) => name.endsWith(suffix))
}

/**
 * The arrays of a .npz archive (numpy.savez and savez_compressed) by name, in the archive's order; other entries are
 * left alone.
 *
 * @throws WeightFileError as `decodeNpy` and the archive's `read`
 */
export function readNpz(archive: ZipArchive, memory: Allowance = allowance()): ReadonlyMap<string, NpyArray> {
  const names = archive.names.filter((name) => name.endsWith(suffix))
  return new Map(
    names.map((entry) => {
      const name = entry.slice(0, -suffix.length)
      return [name, decodeNpy(archive.read(entry), name, memory)]
    }),
  )
}

/** Writes arrays by name as numpy.savez does; equal arrays give equal bytes. */
export function encodeNpz(arrays: ReadonlyMap<string, NpyArray>): Buffer {
  const entries = [...arrays].map(([name, array]) => [`${name}${suffix}`, encodeNpy(array)] as const)
  return encodeZip(new Map(entries))
}
