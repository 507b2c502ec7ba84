import { errorCode } from "@saddlepoint/lab/store/files/durable"

// Node says ENOENT where a folder and its parents cannot be made on a file system that may only be read.
const refusals = ["EROFS", "EACCES", "EPERM", "ENOENT"]

/**
 * Does what writes into a run store, unless the store may only be read: then whoever has something to play is told by what
 * writes next, and whoever has not still gets an answer.
 */
export async function unlessReadOnly(write: () => unknown): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!refusals.includes(errorCode(error) ?? "")) throw error
  }
}
