import { readSync } from "node:fs"
import { WeightFileError } from "./weightFileError.ts"

/** Bytes that are read where they are needed, so that a large file is never in memory as a whole. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number
  /**
   * The `length` bytes from `at` on.
   * @throws WeightFileError when they reach beyond the end
   */
  read(at: number, length: number): Uint8Array
}

/** Bytes in memory; what is read shares it. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(at, length) {
      requireWithin(at, length, bytes.byteLength)
      return bytes.subarray(at, at + length)
    },
  }
}

/** Bytes of an open file of `size` bytes; what is read has memory of its own. */
export function bytesOfFile(descriptor: number, size: number): ByteSource {
  return {
    size,
    read(at, length) {
      requireWithin(at, length, size)
      const bytes = new Uint8Array(length)
      let done = 0
      while (done < length) {
        const got = readSync(descriptor, bytes, done, length - done, at + done)
        if (got === 0) requireWithin(at, length, at + done)
        done += got
      }
      return bytes
    },
  }
}

function requireWithin(at: number, length: number, size: number): void {
  if (!(at >= 0 && length >= 0 && at + length <= size)) {
    throw new WeightFileError(
      `Expected ${length} bytes at ${at} but the file ends at ${size}; it is cut off or damaged, get it again from its source.`,
    )
  }
}
