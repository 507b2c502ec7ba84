import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Told } from "./playCase.ts"
import { addLost, addTold, noTally, type Tally } from "./tally.ts"

/** Cases of one subject, by their numbers. */
export interface Cases {
  readonly name: string
  readonly seed: number
  readonly from: number
  readonly to: number
}

/** Seconds after which a process that tells nothing hangs, on a machine that others use as well. */
const patience = 60
/** Cases of one process. */
const batchSize = 10_000
const memoryMegabytes = 2048

/** Plays cases in processes of their own; one that crashes or hangs is counted with the case that it was at, and the next goes on. */
export async function watchCases(
  { name, seed, from, to }: Cases,
  onTally: (tally: Tally) => void,
): Promise<Tally> {
  let tally: Tally = { ...noTally, kinds: {} }
  let next = from
  while (next < to) {
    const end = Math.min(to, next + batchSize)
    const lost = await playBatch({ name, seed, from: next, to: end }, (told) => {
      tally = addTold(tally, next, told)
      next += 1
      if (tally.cases % 1000 === 0) onTally(tally)
    })
    if (lost === undefined) continue
    if (!lost.isReady) throw new Error(`the process that plays ${name} does not start: ${lost.why}`)
    tally = addLost(tally, next, lost.isHung ? "hangs" : "crashes", lost.why)
    next += 1
  }
  return tally
}

interface Lost {
  readonly isReady: boolean
  readonly isHung: boolean
  readonly why: string
}

/** Plays cases in one process; what became of it where it did not play all of them. */
function playBatch({ name, seed, from, to }: Cases, onTold: (told: Told) => void): Promise<Lost | undefined> {
  const batch = fileURLToPath(new URL("batch.ts", import.meta.url))
  const words = [`--max-old-space-size=${memoryMegabytes}`, "--import", import.meta.resolve("tsx"), batch]
  const numbers = [seed, from, to].map(String)
  const child = spawn(process.execPath, [...words, name, ...numbers], { stdio: ["ignore", "pipe", "pipe"] })
  let [isReady, isHung, lines] = [false, false, ""]
  let timer: NodeJS.Timeout
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isHung = true
      child.kill("SIGKILL")
    }, patience * 1000)
  }
  wait()
  createInterface({ input: child.stdout }).on("line", (line) => {
    wait()
    if (isReady) onTold(JSON.parse(line))
    isReady = true
  })
  child.stderr.on("data", (text) => {
    lines = `${lines}${text}`.slice(-2000)
  })
  return new Promise((done) => {
    child.once("close", (code, signal) => {
      clearTimeout(timer)
      const why = isHung
        ? `nothing came of it for ${patience} s`
        : `${signal ?? `exit code ${code}`}: ${lines}`
      done(code === 0 ? undefined : { isReady, isHung, why })
    })
  })
}
