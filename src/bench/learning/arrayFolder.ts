import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { FieldValues } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"

/** What `about.json` says of an array: row-major, little-endian. */
interface ArrayFacts {
  readonly file: string
  readonly dtype: "float32" | "int32"
  readonly shape: readonly number[]
}

/** A folder of plain arrays, through which trials are handed to programs in other languages: `about.json`, and a file for each array. */
export interface ArrayFolder {
  /** Writes an array, block by block: large ones are never whole in memory. */
  write(
    name: string,
    shape: readonly number[],
    blocks: AsyncIterable<FieldValues> | Iterable<FieldValues>,
  ): Promise<void>
  /** Writes `about.json`: what is given, and under `arrays` the names and shapes of what was written. */
  close(about: JsonObject): void
}

export function openArrayFolder(folder: string): ArrayFolder {
  mkdirSync(folder, { recursive: true })
  const arrays: Record<string, ArrayFacts> = {}
  return {
    async write(name, shape, blocks) {
      const file = `${Object.keys(arrays).length}.bin`
      const descriptor = openSync(join(folder, file), "w")
      let dtype: ArrayFacts["dtype"] = "float32"
      let length = 0
      try {
        for await (const block of blocks) {
          dtype = block instanceof Int32Array ? "int32" : "float32"
          length += block.length
          writeSync(descriptor, new Uint8Array(block.buffer, block.byteOffset, block.byteLength))
        }
      } finally {
        closeSync(descriptor)
      }
      const expected = shape.reduce((product, side) => product * side, 1)
      if (length !== expected) {
        throw new Error(
          `Expected ${expected} numbers of ${name} [${shape}] to be written, but got ${length}.`,
        )
      }
      arrays[name] = { file, dtype, shape }
    },
    close(about) {
      writeFileSync(join(folder, "about.json"), JSON.stringify({ ...about, arrays }))
    },
  }
}

/** A file of float32 numbers. */
export function readNumbers(path: string): Float32Array {
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
