import { setTimeout as sleep } from "node:timers/promises"
import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import { neutral } from "@saddlepoint/core/contracts/neutral"
import { exitCodes, WrongCall } from "./exit.ts"
import { watch } from "./watchdog.ts"

// As Node has it, not as it is guarded.
const leave = process.exit.bind(process)

const signals = ["SIGINT", "SIGTERM"] as const

/** Seconds that a user's file may take to load, and its plug-ins to be built: it may read data, and must end. */
const defaultSeconds = 60

/** Seconds that a loop gets beyond: a file that merely waits is to be told in the ordinary way. */
const grace = 2

/** A file did something while it loaded that no file may; a clause: "it ends the process". */
export class BadLoad extends Error {
  override readonly name = "BadLoad"
}

const advice =
  "what takes long belongs into a plug-in's functions (SADDLEPOINT_LOAD_SECONDS gives it more time)"

/** The limit as the environment says it. */
export function longestLoad(said = process.env.SADDLEPOINT_LOAD_SECONDS): number {
  if (said === undefined || said === "") return defaultSeconds
  const seconds = Number(said)
  if (seconds > 0 && Number.isFinite(seconds)) return seconds
  throw new WrongCall(
    `Expected seconds above 0 in SADDLEPOINT_LOAD_SECONDS but got ${JSON.stringify(said)}; leave it out for ${defaultSeconds}.`,
  )
}

/**
 * Loads a user's file, which is code and may do anything, so that nothing of that decides how the command ends: it may not end the
 * process nor take for ever, and what it prints goes to standard error, then and later. While it loads Ctrl-C ends the process by itself, as a loop would let no
 * handler run. A promise that is rejected later is told, and the command ends with code 2.
 * @param shown the file as the user wrote it
 * @throws BadLoad, or what the file throws; a loop without end ends the process with a sentence and code 2
 */
export async function loadGuarded<T>(
  load: () => Promise<T>,
  shown: string,
  seconds = longestLoad(),
): Promise<T> {
  divertPrints()
  watchRejections(shown)
  const clause = `it is not loaded after ${seconds} s; ${advice}`
  const release = guard(`${shown} cannot be loaded: ${clause}`, seconds)
  const stop = new AbortController()
  const late = sleep(seconds * 1000, undefined, { signal: stop.signal }).then(() => {
    throw new BadLoad(clause)
  })
  try {
    return await Promise.race([load(), late])
  } finally {
    stop.abort()
    late.catch(() => {})
    release()
  }
}

/** Calls what a user's plug-ins are made by, under the same guard. */
export function callGuarded<T>(call: () => T, shown: string, seconds = longestLoad()): T {
  const release = guard(
    `${shown} cannot be read: its plug-ins are not built after ${seconds} s; ${advice}`,
    seconds,
  )
  try {
    return call()
  } finally {
    release()
  }
}

/** Waits for what a user's plug-ins do in this process for as long as it takes (reading data): Ctrl-C alone ends it. */
export async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  const giveBack = withoutHandlers()
  try {
    return await work()
  } finally {
    giveBack()
  }
}

/** From here until the answer is called a user's code may run. */
function guard(sentence: string, seconds: number): () => void {
  const giveBack = withoutHandlers()
  const { exit, exitCode } = process
  process.exit = () => {
    throw new BadLoad("it ends the process; leave that out")
  }
  const unwatch = watch((seconds + grace) * 1000, neutral(sentence))
  return () => {
    unwatch()
    process.exit = exit
    process.exitCode = exitCode
    giveBack()
  }
}

/** Takes away the handlers of signals, so that a signal ends the process by itself; the answer puts them back. */
function withoutHandlers(): () => void {
  const handlers = signals.map((signal) => ({
    signal,
    own: process.rawListeners(signal) as NodeJS.SignalsListener[],
  }))
  for (const { signal } of handlers) process.removeAllListeners(signal)
  return () => {
    for (const { signal, own } of handlers) for (const handler of own) process.on(signal, handler)
  }
}

const write = process.stdout.write.bind(process.stdout)

/** Writes on standard output, which from the first user's file on is ours alone. */
export function writeOut(text: string): void {
  write(text)
}

let diverted = false

function divertPrints(): void {
  if (diverted) return
  diverted = true
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write
}

const watched = new Set<string>()

function watchRejections(shown: string): void {
  watched.add(shown)
  if (watched.size > 1) return
  process.on("unhandledRejection", (reason) => {
    const why = messageOf(reason)
    const files = [...watched].join(", ")
    process.stderr.write(neutral(`A promise of ${files} was rejected and nobody awaits it: ${why}\n`))
    process.exitCode = exitCodes.wrongCall
  })
  process.on("uncaughtException", (thrown) => {
    const why = messageOf(thrown)
    const files = [...watched].join(", ")
    process.stderr.write(neutral(`${files} threw where nobody waits for it (a timer, an event): ${why}\n`))
    leave(exitCodes.wrongCall)
  })
}
