import { Worker } from "node:worker_threads"
import { exitCodes } from "./exit.ts"

/** What the thread beside this one is told, in shared memory: whether a time limit runs, and what to say at its end. */
interface Leash {
  /** A number that is odd while a limit runs, that limit in milliseconds, and the bytes of the sentence. */
  readonly state: Int32Array
  readonly text: Uint8Array
}

const longestSentence = 4096

/**
 * A loop lets no timer run, so another thread waits. At the end it says the sentence, and has this thread leave by way of the inspector, which gets a
 * word in between two turns of a loop; where this thread stands in the system (a read that never comes back), it gets SIGKILL.
 */
const waiting = `
const { workerData: { state, text } } = require("node:worker_threads")
for (;;) {
  const seen = Atomics.load(state, 0)
  if (seen % 2 === 0) { Atomics.wait(state, 0, seen); continue }
  if (Atomics.wait(state, 0, seen, state[1]) !== "timed-out" || Atomics.load(state, 0) !== seen) continue
  require("node:fs").writeSync(2, Buffer.from(text.slice(0, state[2])))
  const { Session } = require("node:inspector")
  const session = new Session()
  session.connectToMainThread()
  // Node tells on standard error that it waits for the inspector to leave, which nobody needs to read.
  const leave = 'process.getBuiltinModule("node:fs").closeSync(2); process.reallyExit(${exitCodes.wrongCall})'
  session.post("Runtime.evaluate", { expression: leave })
  Atomics.wait(state, 0, seen, 5000)
  process.kill(process.pid, "SIGKILL")
}
`

let leash: Leash | undefined

function begin(): Leash {
  const state = new Int32Array(new SharedArrayBuffer(12))
  const text = new Uint8Array(new SharedArrayBuffer(longestSentence))
  // Without what started this process: no loader of TypeScript, no preloaded module.
  const thread = new Worker(waiting, { eval: true, workerData: { state, text }, execArgv: [] })
  thread.unref()
  // Where a machine gives no further thread, loops go on as they would without a watch.
  thread.on("error", () => {})
  return { state, text }
}

/**
 * Ends the process with code 2 unless the answer is called in time, whatever this thread does until then; one at a time.
 * @param sentence what is said then, on standard error
 */
export function watch(milliseconds: number, sentence: string): () => void {
  leash ??= begin()
  const { state, text } = leash
  const { written } = new TextEncoder().encodeInto(`${sentence}\n`, text)
  state[1] = Math.min(milliseconds, 2 ** 31 - 1)
  state[2] = written
  Atomics.add(state, 0, 1)
  Atomics.notify(state, 0)
  let over = false
  return () => {
    if (over) return
    over = true
    Atomics.add(state, 0, 1)
    Atomics.notify(state, 0)
  }
}
