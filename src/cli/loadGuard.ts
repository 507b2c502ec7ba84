import { setTimeout as sleep } from "node:timers/promises"
import { neutral } from "@saddlepoint/core/contracts/neutral"
import { exitCodes } from "./exit.ts"

const signals = ["SIGINT", "SIGTERM"] as const

/** Seconds that a file may take to load: it may read data, and must end. */
const longestLoad = 120

/** A file did something while it loaded that no file may; a clause: "it ends the process". */
export class BadLoad extends Error {
  override readonly name = "BadLoad"
}

/**
 * Loads a user's file, which is code and may do anything, so that nothing of that decides how the command ends: it may not end the
 * process nor take for ever, and what it prints goes to standard error, then and later. While it loads Ctrl-C ends the process by itself, as a loop would let no
 * handler run. A promise that is rejected later is told, and the command ends with code 2.
 * @param shown the file as the user wrote it
 * @throws BadLoad, or what the file throws
 */
export async function loadGuarded<T>(
  load: () => Promise<T>,
  shown: string,
  seconds = longestLoad,
): Promise<T> {
  divertPrints()
  watchRejections(shown)
  const handlers = signals.map((signal) => ({
    signal,
    own: process.rawListeners(signal) as NodeJS.SignalsListener[],
  }))
  for (const { signal } of handlers) process.removeAllListeners(signal)
  const { exit, exitCode } = process
  process.exit = () => {
    throw new BadLoad("it ends the process; leave that out")
  }
  const stop = new AbortController()
  const late = sleep(seconds * 1000, undefined, { signal: stop.signal }).then(() => {
    throw new BadLoad(
      `it is not loaded after ${seconds} s; what takes long belongs into a plug-in's functions`,
    )
  })
  try {
    return await Promise.race([load(), late])
  } finally {
    stop.abort()
    late.catch(() => {})
    process.exit = exit
    process.exitCode = exitCode
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
    const why = reason instanceof Error ? reason.message : String(reason)
    const files = [...watched].join(", ")
    process.stderr.write(neutral(`A promise of ${files} was rejected and nobody awaits it: ${why}\n`))
    process.exitCode = exitCodes.wrongCall
  })
}
