import type { Shards } from "../tfjsModel.ts"
import { WeightFileError } from "../weightFileError.ts"

/** Shards by name. */
export function shardsInMemory(shards: Readonly<Record<string, Uint8Array>>): Shards {
  const read = (name: string) => {
    if (Object.hasOwn(shards, name)) return shards[name]!
    throw new WeightFileError(`Expected shard ${JSON.stringify(name)} but there is none.`)
  }
  return { read, sizeOf: (name) => read(name).byteLength }
}
