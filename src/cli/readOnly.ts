import { errorCode } from "@saddlepoint/lab/store/files/durable"

const refusals = ["EROFS", "EACCES", "EPERM"]

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
