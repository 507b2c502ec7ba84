import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import type { Stream } from "@saddlepoint/engine/random"
import { attemptNumbers } from "../store/attempts/attempt.ts"
import { checkpointFiles } from "../store/attempts/checkpointFile.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import type { RoundOptions } from "./roundOptions.ts"

const typescriptLoader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href
const schedulerFile = join(import.meta.dirname, "scheduler.ts")

/** What was done to the sweep. */
export interface Disturbances {
  kills: number
  corruptions: number
  freezes: number
}

/** Seconds within which something happens to a sweep; about what its trials take. */
const longest = 4

/**
 * Disturbs a sweep in up to four of its ways: workers and schedulers killed, writes failing, checkpoints corrupted, a
 * scheduler with its worker frozen past its lease and woken under its successor's eyes. What is left is for the next run.
 */
export async function disturb(
  options: RoundOptions,
  leaseSeconds: number,
  draw: Stream,
): Promise<Disturbances> {
  const done: Disturbances = { kills: 0, corruptions: 0, freezes: 0 }
  const blows = 1 + draw.integer(2)
  for (let blow = 0; blow < blows; blow += 1) {
    const share = draw.uniform() < 0.5 ? 0 : 0.02 * draw.uniform()
    const faults = { seed: draw.integer(2 ** 31), share }
    const scheduler = start({ ...options, extra: { faults } }, `${blow}`)
    await sleep(1000 + draw.uniform() * longest * 1000)
    const way = draw.integer(4)
    if (way === 0) {
      done.kills += killWorkers(scheduler)
      await sleep(draw.uniform() * 1000)
      done.kills += killAll(scheduler)
    } else if (way === 1) {
      done.kills += killAll(scheduler)
    } else if (way === 2) {
      done.freezes += signalAll(scheduler, "SIGSTOP")
      const second = start(options, `${blow}-second`)
      await sleep(leaseSeconds * 1000 * (1.5 + draw.uniform()))
      signalAll(scheduler, "SIGCONT")
      await Promise.race([ended(second), sleep(longest * 1000)])
      done.kills += killAll(second)
      done.kills += killAll(scheduler)
    } else {
      scheduler.kill("SIGTERM")
      await Promise.race([ended(scheduler), sleep(longest * 1000)])
      done.kills += killAll(scheduler)
    }
    if (draw.uniform() < 0.5) done.corruptions += corruptOne(options, draw)
  }
  return done
}

function start(options: RoundOptions, name: string): ChildProcess {
  const file = join(options.store, `round-${name}.json`)
  writeFileSync(file, JSON.stringify(options))
  return spawn(process.execPath, ["--import", typescriptLoader, schedulerFile, file], { stdio: "ignore" })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => child.once("exit", () => done()))
}

/** A scheduler's trials: processes are in groups of their own, so they are found by their parent. */
function workersOf(scheduler: ChildProcess): number[] {
  try {
    const file = `/proc/${scheduler.pid}/task/${scheduler.pid}/children`
    return readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function killWorkers(scheduler: ChildProcess): number {
  return workersOf(scheduler).filter((pid) => signal(pid, "SIGKILL")).length
}

function killAll(scheduler: ChildProcess): number {
  if (scheduler.exitCode !== null || scheduler.signalCode !== null) return 0
  const workers = workersOf(scheduler)
  const killed = signal(scheduler.pid!, "SIGKILL") ? 1 : 0
  return killed + workers.filter((pid) => signal(pid, "SIGKILL")).length
}

function signalAll(scheduler: ChildProcess, name: "SIGSTOP" | "SIGCONT"): number {
  const workers = workersOf(scheduler)
  return [scheduler.pid!, ...workers].filter((pid) => signal(pid, name)).length
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}

/** Turns one byte of one checkpoint that a stopped attempt left. */
function corruptOne({ plan, store }: RoundOptions, draw: Stream): number {
  const files = allTrials(plan).flatMap(({ id }) =>
    attemptNumbers(trialFolder(store, plan.experiment, id)).flatMap((number) => {
      const folder = attemptFolder(store, plan.experiment, id, number)
      return checkpointFiles(folder).map(({ file }) => join(folder, file))
    }),
  )
  if (files.length === 0) return 0
  const file = files[draw.integer(files.length)]!
  if (!existsSync(file)) return 0
  const bytes = readFileSync(file)
  const at = draw.integer(bytes.length)
  bytes[at] = bytes[at]! ^ (1 + draw.integer(255))
  writeFileSync(file, bytes)
  return 1
}
