import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialRequest } from "../contracts/trialRequest.ts"
import type { ProcessEnd } from "../store/attempts/failure.ts"
import { frameworkRoot, isInstalled } from "../store/execution/frameworkRoot.ts"
import { leaveMessage } from "../trial/leaving.ts"
import { endedForMemory } from "./outOfMemory.ts"

/** How to start a trial's process. */
export interface Launch {
  /** A `.ts`, `.mjs` or `.js` file that calls `openChildChannel`. */
  readonly childEntry: string
  /** The same in plain JavaScript, which is started in its place. */
  readonly builtEntry?: string
  readonly request: TrialRequest
  readonly onMessage: (message: ChildMessage) => void
  /** More environment variables, e.g. which device is to be seen. */
  readonly environment?: Readonly<Record<string, string>>
  /** Kills the process at once when it is aborted. */
  readonly endNow?: AbortSignal
  /** Milliseconds that a trial which is asked to leave has for its checkpoint; 30,000 when left out. */
  readonly grace?: number
}

// One thread inside an operation: more of them give other bits, and trials side by side are faster.
const threadVariables = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]

const keptLines = 40

/** Processes now running, so that they end with this one even where no finaliser can run. */
const living = new Set<ChildProcess>()
let guarded = false

/** What is installed is JavaScript. A loader of sources is given by address: a name would be looked up from the working folder, which may be anybody's. */
function unbuilt(entry: string): string[] {
  if (isInstalled(frameworkRoot(dirname(entry)))) return [entry]
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm")).href
  return ["--import", loader, entry]
}

/**
 * Plays one trial in a process of its own and gives how it ended; never fails. Interruption ends the process:
 * it is asked to leave, by message and by SIGTERM, then SIGKILL after the grace; it returns when the process is gone.
 */
export const launch = (options: Launch): Effect.Effect<ProcessEnd> =>
  Effect.callback<ProcessEnd>((resume) => {
    const { childEntry, builtEntry, request, onMessage, environment = {}, endNow, grace = 30_000 } = options
    const before = endedForMemory()
    // Whoever sweeps the folder for temporary files may have taken it.
    const built = builtEntry !== undefined && existsSync(builtEntry)
    const program = built ? ["--enable-source-maps", builtEntry] : unbuilt(childEntry)
    const child = start(program, request.threads, environment)
    endNow?.addEventListener("abort", () => signalGroup(child, "SIGKILL"), { once: true })
    const lines = lastLines(child)
    let refusal: string | undefined
    let threw: string | undefined
    let failedToStart: string | undefined
    child.on("message", (message) => {
      const said = message as ChildMessage
      if (said.type === "failed") refusal = said.sentence
      if (said.type === "threw") threw = said.words
      onMessage(said)
    })
    child.on("error", (error) => {
      failedToStart = error.message
    })
    // "close" comes after the last output and the last message, and also when the process could not start.
    const gone = new Promise<void>((done) => {
      child.once("close", (exitCode, signal) => {
        living.delete(child)
        const said = failedToStart === undefined ? lines() : [...lines(), `Error: ${failedToStart}`]
        const end: ProcessEnd = { exitCode, signal, lastLines: said, starved: endedSince(before) }
        resume(
          Effect.succeed({
            ...end,
            ...(refusal === undefined ? {} : { refusal }),
            ...(threw === undefined ? {} : { threw }),
          }),
        )
        done()
      })
    })
    child.send(request, () => {
      // A child that is already gone is reported by "close".
    })
    return Effect.promise(() => stop(child, gone, grace))
  })

/** Whether the system ended processes of this group for want of memory; false where it does not tell. */
function endedSince(before: number | undefined): boolean {
  return before !== undefined && (endedForMemory() ?? before) > before
}

function start(
  program: readonly string[],
  threads: number,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: process.env.NODE_ENV ?? "production",
    ...environment,
  }
  for (const name of threadVariables) env[name] = String(threads)
  const child = spawn(process.execPath, program, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env,
    // A group of its own: Ctrl-C at the terminal reaches the parent alone, which then stops its children in order.
    detached: true,
    windowsHide: true,
  })
  if (!guarded) process.on("exit", killLiving)
  guarded = true
  living.add(child)
  return child
}

async function stop(child: ChildProcess, gone: Promise<void>, grace: number): Promise<void> {
  if (child.connected) {
    child.send(leaveMessage, () => {
      // A child that is already gone is reported by "close".
    })
  }
  // There a signal ends a process before it can write anything.
  if (process.platform !== "win32") signalGroup(child, "SIGTERM")
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), grace)
  await gone
  clearTimeout(timer)
}

/** Signals a child and whatever it started. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (process.platform === "win32") child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // Already gone.
  }
}

function killLiving(): void {
  for (const child of living) signalGroup(child, "SIGKILL")
}

/** Collects the last lines of a child's output; its standard output never reaches ours. */
function lastLines(child: ChildProcess): () => readonly string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ""
    stream?.setEncoding("utf8")
    stream?.on("data", (text: string) => {
      const parts = (rest + text).split(/\r?\n/)
      rest = (parts.pop() ?? "").slice(-4000)
      lines.push(...parts.filter((line) => line.trim() !== ""))
      lines.splice(0, lines.length - keptLines)
    })
    stream?.on("end", () => {
      if (rest.trim() !== "") lines.push(rest)
    })
  }
  return () => lines.slice(-keptLines)
}
