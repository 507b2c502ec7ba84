import { closeSync, constants, fstatSync, openSync } from "node:fs"
import { join } from "node:path"
import { bytesOfFile } from "./byteSource.ts"
import type { Shards } from "./tfjsModel.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** The shards in a folder. Names must be ones that `tfjsShards` let pass, which are no paths. */
export function shardFolder(folder: string): Shards {
  return {
    sizeOf: (name) => withShard(folder, name, (_, size) => size),
    read: (name) =>
      withShard(folder, name, (descriptor, size) => bytesOfFile(descriptor, size).read(0, size)),
  }
}

function withShard<Result>(
  folder: string,
  name: string,
  use: (descriptor: number, size: number) => Result,
): Result {
  const descriptor = opened(folder, name)
  try {
    const facts = fstatSync(descriptor)
    if (!facts.isFile()) {
      throw new WeightFileError(
        `Expected a file as shard ${quoted(name)} beside model.json but it is a folder, a pipe or a device; copy the whole model.`,
      )
    }
    return use(descriptor, facts.size)
  } finally {
    closeSync(descriptor)
  }
}

function opened(folder: string, name: string): number {
  try {
    return openSync(join(folder, name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw new WeightFileError(
      `Expected shard ${quoted(name)} beside model.json in ${JSON.stringify(folder)} but it cannot be opened (${(error as NodeJS.ErrnoException).code}); copy all files of the model.`,
      { cause: error },
    )
  }
}
