import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { type ByteSource, bytesOfFile } from "./byteSource.ts"
import { WeightFileError } from "./weightFileError.ts"

/** A file that is open for reading at random places. */
export interface OpenWeightFile {
  readonly source: ByteSource
  /** Its bytes from the start on. */
  chunks(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/**
 * Opens a regular file; a pipe or a device, on which a read might wait for ever, is refused.
 *
 * @param advice what to do when there is no such file
 * @throws WeightFileError when there is none, or when it may not be read
 */
export async function openWeightFile(path: string, advice = "check its path"): Promise<OpenWeightFile> {
  const handle = await opened(path, advice)
  const facts = await handle.stat()
  if (!facts.isFile()) {
    await handle.close()
    throw new WeightFileError(
      `Expected a file at ${JSON.stringify(path)} but it is a folder, a pipe or a device; ${advice}.`,
    )
  }
  return {
    source: bytesOfFile(handle.fd, facts.size),
    chunks: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 2 ** 20 }),
    close: () => handle.close(),
  }
}

async function opened(path: string, advice: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException
    const reason = code === "ENOENT" ? "there is none" : `it cannot be opened (${code})`
    throw new WeightFileError(`Expected a file at ${JSON.stringify(path)} but ${reason}; ${advice}.`, {
      cause: error,
    })
  }
}
