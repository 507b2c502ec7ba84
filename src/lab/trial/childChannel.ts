import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialRequest } from "../contracts/trialRequest.ts"

/** The child's end of the line to its parent. */
export interface ChildChannel {
  readonly request: TrialRequest
  /** Sends a message. Ends this process when the parent is gone. */
  tell(message: ChildMessage): void
  /** Closes the line once all messages are out, so that the process ends when its work is done. */
  close(): void
}

/** Exit code of a child whose parent is gone. Nobody reads it. */
const orphaned = 3

/**
 * Waits for the request and gives the line to the parent. From then on this process ends by itself when the
 * parent dies: at once when the event loop is free, else at the next message.
 */
export async function openChildChannel(): Promise<ChildChannel> {
  if (process.send === undefined) {
    throw new Error(
      "Expected to be started by `saddlepoint run`, which sends the trial to play, but there is no parent.",
    )
  }
  const parent = process.ppid
  const leave = () => process.exit(orphaned)
  process.on("disconnect", leave)
  const request = await new Promise<TrialRequest>((give) => {
    process.once("message", (message) => give(message as TrialRequest))
  })
  let onTheWay = 0
  let closing = false
  const hangUp = () => {
    if (!closing || onTheWay > 0 || !process.connected) return
    process.disconnect()
    // A timer that a user's file left holds nothing up.
    process.exit()
  }
  return {
    request,
    tell(message) {
      if (process.ppid !== parent || !process.connected) leave()
      onTheWay += 1
      process.send?.(message, (error: Error | null) => {
        if (error !== null) leave()
        onTheWay -= 1
        hangUp()
      })
    },
    close() {
      process.off("disconnect", leave)
      closing = true
      hangUp()
    },
  }
}
