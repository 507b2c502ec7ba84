import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { afterEach, beforeEach, expect, test } from "vitest"
import { trialFolder } from "../store/files/layout.ts"
import { publishedResult, readTrial } from "../store/trials/trialRecord.ts"
import { anExecution, aTrial } from "../testing/plan.ts"
import type { RunSummary } from "./runPlan.ts"

let folder: string
let store: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-schedulers-"))
  store = join(folder, "runs")
  log = join(folder, "log")
  writeFileSync(log, "")
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

/** A scheduler in a process of its own, with its summary once it has ended. */
interface Sweep {
  readonly process: ChildProcess
  readonly summary: Promise<RunSummary | undefined>
}

function startSweep(arms: readonly string[], more: object = {}): Sweep {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href
  const [script, trialProcess] = ["sweep.ts", "trialProcess.ts"].map((name) =>
    join(import.meta.dirname, "..", "testing", name),
  )
  const words = ["--import", loader, script!, store, log, trialProcess!, arms.join(","), JSON.stringify(more)]
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] })
  let said = ""
  child.stdout!.on("data", (text) => {
    said += text
  })
  const summary = new Promise<RunSummary | undefined>((give) => {
    child.once("close", () => give(said === "" ? undefined : JSON.parse(said)))
  })
  return { process: child, summary }
}

const noted = (word: string) =>
  readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => ({ arm: line.split(" ")[1]!, pid: Number(line.split(" ")[3]) }))

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(25)
}

const result = (arm: string) => publishedResult(store, "example", aTrial(arm).id, anExecution)

test("two schedulers finish a sweep together, and no trial is played twice", async () => {
  const arms = Array.from({ length: 12 }, (_, index) => `arm${index}`)
  const sweeps = [startSweep(arms), startSweep(arms)]
  const [one, two] = await Promise.all(sweeps.map(({ summary }) => summary))
  for (const summary of [one!, two!]) {
    expect(summary.played + summary.elsewhere + summary.reused).toBe(12)
    expect(summary.failed).toEqual([])
  }
  expect(one!.played + two!.played).toBe(12)
  expect(
    noted("start")
      .map(({ arm }) => arm)
      .sort(),
  ).toEqual([...arms].sort())
  for (const arm of arms) {
    expect(readTrial(store, "example", aTrial(arm).id).attempts).toHaveLength(1)
    expect(readdirSync(join(trialFolder(store, "example", aTrial(arm).id), "results"))).toHaveLength(1)
  }
})

test("a scheduler that is killed loses its trials at once, without a wait for its lease", async () => {
  // Whoever waits for the lease waits for an hour, longer than a test may.
  const first = startSweep(["a/hangingOnce"], { leaseSeconds: 3600 })
  await until(() => noted("hanging").length === 1)
  first.process.kill("SIGKILL")
  const second = await startSweep(["a/hangingOnce"], { leaseSeconds: 3600 }).summary
  expect(second).toMatchObject({ played: 1, failed: [] })
})

test("a scheduler that freezes past its lease is succeeded, and learns it when it wakes", async () => {
  const first = startSweep(["a/hangingOnce"], { leaseSeconds: 1 })
  await until(() => noted("hanging").length === 1)
  const frozen = [first.process.pid!, noted("hanging")[0]!.pid]
  for (const pid of frozen) process.kill(pid, "SIGSTOP")
  const second = await startSweep(["a/hangingOnce"], { leaseSeconds: 1 }).summary
  expect(second).toMatchObject({ played: 1, failed: [] })
  // The scheduler, once awake, may have ended its trial already.
  for (const pid of frozen.toReversed()) process.kill(pid, "SIGCONT")
  expect(await first.summary).toMatchObject({ played: 0, elsewhere: 1, failed: [] })
  expect(result("a/hangingOnce")?.attempt).toBe(2)
})

test("a trial that says nothing for too long is ended and gets another go", async () => {
  const summary = await startSweep(["a/hangingOnce"], { stallSeconds: 8 }).summary
  expect(summary).toMatchObject({ played: 1, failed: [] })
  expect(readTrial(store, "example", aTrial("a/hangingOnce").id).failures).toMatchObject([
    { class: "timed-out" },
  ])
})

test("SIGTERM lets trials leave, and their ends are written down, so that nobody waits for them", async () => {
  const first = startSweep(["a/hangingOnce"])
  await until(() => noted("hanging").length === 1)
  first.process.kill("SIGTERM")
  await first.summary
  expect(readTrial(store, "example", aTrial("a/hangingOnce").id).failures).toMatchObject([
    { class: "preempted" },
  ])
  expect(await startSweep(["a/hangingOnce"]).summary).toMatchObject({ played: 1 })
})
