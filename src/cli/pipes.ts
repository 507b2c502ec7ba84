import { exitCodes } from "./exit.ts"

/**
 * Keeps a reader that leaves early (`saddlepoint plan ... | head -1`) from ending a command with a stack: what is said from then on goes
 * nowhere, and the work goes on. Where words cannot be written for another reason, such as a full disk, the command says so once and fails.
 */
export function bearBrokenPipes(): void {
  let told = false
  const bear = (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return
    process.exitCode = exitCodes.failed
    if (told) return
    told = true
    process.stderr.write(`Expected to write what there is to say, but got: ${error.message}.\n`)
  }
  for (const stream of [process.stdout, process.stderr]) stream.on("error", bear)
}

/** Waits until all that was said is out, or can never be. What a user's file left to be done by now is done first, as it may end in words. */
export async function allSaid(): Promise<void> {
  // Timers run in the order in which they are due: this one after those.
  await new Promise((due) => setTimeout(due, 2))
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writable) await new Promise<void>((done) => stream.write("", () => done()))
  }
}
