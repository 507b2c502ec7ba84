import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import type { Plan } from "@saddlepoint/core/declare/trial"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { RunEvent } from "../contracts/runEvent.ts"
import { trialFolder } from "../store/files/layout.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { publishedResult, readTrial } from "../store/trials/trialRecord.ts"
import { trialStates } from "../store/trials/trialStates.ts"
import {
  aJudge,
  anEngine,
  anExecution,
  aPlan,
  aTrial,
  executionsOf,
  someExecutions,
} from "../testing/plan.ts"
import type { RunOptions } from "./runOptions.ts"
import { runPlan } from "./runPlan.ts"

let folder: string
let store: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-run-"))
  store = join(folder, "runs")
  log = join(folder, "log")
  writeFileSync(log, "")
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const trialProcess = join(import.meta.dirname, "..", "testing", "trialProcess.ts")

function run(plan: Plan, more: Partial<RunOptions> = {}) {
  return Effect.runPromise(
    runPlan({
      plan,
      store,
      definitionPath: trialProcess,
      childEntry: trialProcess,
      workers: 2,
      device: "js",
      engine: anEngine,
      executions: someExecutions,
      extra: { log },
      ...more,
    }),
  )
}

/** What the processes wrote down: `start gan 1 4711`. */
const noted = (word: string) =>
  readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1).replace(/ \d+$/, ""))

const pids = () => [...readFileSync(log, "utf8").matchAll(/ (\d+)$/gm)].map(([, pid]) => Number(pid))

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(25)
}

test("a plan is played in order, with its results in the store, and is not played again", async () => {
  const judge = aJudge("fid")
  const needs = [judge.id]
  const base = aPlan({ gan: "challenger", l1: "baseline" }, [2, 1], { judges: [judge] })
  const plan = { ...base, trials: base.trials.map((trial) => ({ ...trial, needs })) }
  const events: RunEvent[] = []
  const summary = await run(plan, { workers: 1, onEvent: (event) => events.push(event) })
  expect(summary).toEqual({
    played: 5,
    trained: 4,
    evaluated: 0,
    elsewhere: 0,
    reused: 0,
    diverged: 0,
    failed: [],
  })
  expect(noted("start")).toEqual(["judge/fid 7", "l1 2", "gan 2", "l1 1", "gan 1"])
  expect(events.filter(({ type }) => type === "progress")).toHaveLength(15)
  for (const { id } of allTrials(plan)) {
    expect(publishedResult(store, "example", id, anExecution)?.attempt).toBe(1)
  }
  expect(await run(plan)).toEqual({
    played: 0,
    trained: 0,
    evaluated: 0,
    elsewhere: 0,
    reused: 5,
    diverged: 0,
    failed: [],
  })
  const wider = aPlan({ gan: "challenger", l1: "baseline" }, [2, 1, 3])
  expect(await run(wider)).toMatchObject({ played: 2, reused: 4 })
  expect(noted("start").slice(5).sort()).toEqual(["gan 3", "l1 3"])
})

test("another execution of the same trials is another result beside the first", async () => {
  const plan = aPlan({ gan: "challenger" }, [1])
  await run(plan)
  const other = "f".repeat(16)
  expect(await run(plan, { executions: executionsOf(other) })).toMatchObject({ played: 1, reused: 0 })
  expect([...readTrial(store, "example", plan.trials[0]!.id).results.keys()]).toEqual([anExecution, other])
})

test("no more trials are side by side than there are workers, and no fewer", async () => {
  const plan = aPlan(Object.fromEntries("abcdef".split("").map((arm) => [arm, "challenger" as const])), [1])
  const events: RunEvent[] = []
  await run(plan, { workers: 3, onEvent: (event) => events.push(event) })
  const ends = events.map(({ type }) => type).filter((type) => type === "launched" || type === "finished")
  expect(mostAtOnce(ends.map((type) => type === "launched"))).toBe(3)
  const lines = readFileSync(log, "utf8").trim().split("\n")
  expect(lines).toHaveLength(12)
  expect(mostAtOnce(lines.map((line) => line.startsWith("start")))).toBeLessThanOrEqual(3)
})

function mostAtOnce(starts: readonly boolean[]): number {
  let now = 0
  return Math.max(
    ...starts.map((start) => {
      now += start ? 1 : -1
      return now
    }),
  )
}

test("every bad end is told apart, and only crashes and kills get a second go", async () => {
  // Good ends between the bad ones, or the guard against flapping would stop the run.
  const arms = [
    "diverging",
    "refusing",
    "crashingEarly",
    "leavingBadly",
    "crashing",
    "crashingOnce",
    "forgetting",
  ]
  const plan = aPlan(Object.fromEntries(arms.map((arm) => [arm, "challenger" as const])), [1])
  const summary = await run(plan, { workers: 1 })
  expect(summary).toMatchObject({ played: 3, diverged: 1 })
  const record = (arm: string) => readTrial(store, "example", aTrial(arm).id)
  const classes = Object.fromEntries(
    arms.map((arm) => [arm, record(arm).failures.map((failure) => failure.class)]),
  )
  expect(classes).toEqual({
    refusing: ["refused"],
    crashingEarly: ["failed", "failed"],
    crashing: ["failed", "failed"],
    crashingOnce: ["preempted"],
    forgetting: ["out-of-memory", "out-of-memory"],
    diverging: [],
    leavingBadly: [],
  })
  expect(record("refusing").failures[0]).toMatchObject({
    sentence: "Expected a dataset folder, but there is none.",
    exitCode: 0,
    signal: null,
  })
  expect(record("crashing").failures[0]?.sentence).toBe(
    "The trial's process ended with exit code 1 before it was done: RangeError: weights broke",
  )
  expect(record("crashingOnce").failures[0]).toMatchObject({ exitCode: null, signal: "SIGKILL" })
  const states = trialStates(store, plan, someExecutions)
  expect(arms.map((arm) => states.get(aTrial(arm).id)?.state)).toEqual([
    "done",
    "failed",
    "failed",
    "done",
    "failed",
    "done",
    "failed",
  ])
  // Paths of this machine and its name are in what the crashing process printed, and in nothing that was kept.
  for (const text of everyFile(store)) {
    expect(text).not.toContain(folder)
    expect(text).not.toContain(process.cwd())
    expect(text).not.toContain(hostname())
    expect(text).not.toMatch(/"(?:\/|[A-Za-z]:\\)/)
  }
})

test("a run in which nothing works stops, and says why", async () => {
  const arms = ["a/crashing", "b/crashing", "c/crashing", "d", "e"]
  const plan = aPlan(Object.fromEntries(arms.map((arm) => [arm, "challenger" as const])), [1])
  const summary = await run(plan, { workers: 1 })
  expect(summary.played).toBe(0)
  expect(summary.stopped).toMatch(/^Stopped, because 3 goes within the first 60 s ended without a result/)
  expect(summary.failed.map(({ trial }) => trial.arm).sort()).toEqual(arms)
})

test("an arm that fails seed after seed is paused, and the others go on", async () => {
  const plan = aPlan({ good: "baseline", "a/refusing": "challenger" }, [1, 2, 3, 4, 5])
  const summary = await run(plan, { workers: 1 })
  expect(summary.played).toBe(5)
  expect(summary.failed).toHaveLength(5)
  expect(summary.failed.at(-1)?.sentence).toMatch(/^a\/refusing: Paused, because 3 trials in a row/)
  expect(noted("start").filter((line) => line.startsWith("a/refusing"))).toHaveLength(3)
})

test("a budget stops before a seed that would not be done in time, and a later run goes on", async () => {
  const plan = aPlan({ a: "baseline", b: "challenger" }, [1, 2, 3, 4])
  const notices: string[] = []
  const summary = await run(plan, {
    workers: 1,
    // Two trials of more than a second each: the first seed is begun in any case.
    budget: 1.5 / 3600,
    extra: { log, pause: 300 },
    onEvent: (event) => event.type === "notice" && notices.push(event.sentence),
  })
  expect(summary.played).toBe(2)
  expect(summary.failed).toEqual([])
  expect(summary.stopped).toMatch(/Complete seeds: 1 of 4\. Run again to go on\.$/)
  expect(notices).toEqual([summary.stopped])
  expect(await run(plan)).toMatchObject({ played: 6, reused: 2 })
})

test("a judge that fails blocks what needs it, and the rest is played", async () => {
  const judge = aTrial("judge/refusing", 7, { kind: "judge", role: "judge" })
  const held = aTrial("held", 1, { needs: [judge.id] })
  const plan = aPlan({}, [1], { judges: [judge], trials: [held, aTrial("free")] })
  const summary = await run(plan)
  expect(summary.played).toBe(1)
  expect(summary.failed.map(({ trial, sentence }) => [trial.arm, sentence])).toEqual([
    ["judge/refusing", "Expected a dataset folder, but there is none."],
    ["held", `Not played, because ${judge.arm} that it needs has no result.`],
  ])
})

test("an entry that does not exist is a crash with its reason, not a hang", async () => {
  const plan = aPlan({ gan: "challenger" }, [1])
  const summary = await run(plan, { childEntry: join(folder, "missing.ts") })
  expect(summary.failed[0]?.sentence).toMatch(
    /^The trial's process ended with exit code 1 .*Cannot find module/,
  )
})

test("interruption leaves no process behind and a later run plays only what is missing", async () => {
  const sweep = startSweep("quick,a/hanging,b/hanging")
  await until(() => noted("hanging").length === 2)
  sweep.kill("SIGINT")
  await closed(sweep)
  // The processes are deaf to SIGTERM: they were asked first and killed after the grace.
  expect(noted("deaf")).toHaveLength(2)
  expect(pids().filter(isAlive)).toEqual([])
  const plan = aPlan({ quick: "challenger", "a/hanging": "challenger", "b/hanging": "challenger" }, [1])
  expect([...trialStates(store, plan, someExecutions).values()].map(({ state }) => state)).toEqual([
    "done",
    "missing",
    "missing",
  ])
  const swapped = aPlan({ quick: "challenger", later: "challenger" }, [1])
  expect(await run(swapped)).toMatchObject({ played: 1, reused: 1 })
})

test("trials end by themselves when their parent is killed, and the next run plays only what is missing", async () => {
  const sweep = startSweep("quick,a/hanging,a/busy")
  const playing = () => [...noted("hanging"), ...noted("busy"), ...noted("end")].length
  await until(() => playing() === 3)
  sweep.kill("SIGKILL")
  await closed(sweep)
  await until(() => !pids().some(isAlive))
  const plan = aPlan({ quick: "challenger", "a/hanging": "challenger", "a/busy": "challenger" }, [1])
  const states = [...trialStates(store, plan, someExecutions).values()].map(({ state }) => state)
  expect(states).toEqual(["done", "missing", "missing"])
})

test("a trial whose process is killed midway is played once more, and what was done stays", async () => {
  const plan = aPlan({ first: "challenger", "a/crashingOnce": "challenger" }, [1])
  const events: RunEvent[] = []
  const summary = await run(plan, { workers: 1, onEvent: (event) => events.push(event) })
  expect(summary).toEqual({
    played: 2,
    trained: 2,
    evaluated: 0,
    elsewhere: 0,
    reused: 0,
    diverged: 0,
    failed: [],
  })
  expect(noted("start")).toEqual(["first 1", "a/crashingOnce 1", "a/crashingOnce 1"])
  expect(readTrial(store, "example", aTrial("a/crashingOnce").id)).toMatchObject({
    attempts: [1, 2],
    failures: [{ attempt: 1, class: "preempted" }],
  })
  expect(events.filter(({ type }) => type === "failed")).toMatchObject([{ retrying: true }])
})

test("a store that cannot be written is one sentence", async () => {
  writeFileSync(store, "a file where the folder should be")
  const missing = join(folder, "missing.mjs")
  await expect(run(aPlan({ gan: "challenger" }, [1]), { childEntry: missing })).rejects.toThrow(
    /^Expected to read and write the run store, but got ENOTDIR: .*\. What is finished is kept; run again when this is mended\.$/,
  )
})

test("a number of workers that is none is refused", async () => {
  await expect(run(aPlan({ gan: "challenger" }, [1]), { workers: 0 })).rejects.toThrow(
    "Expected --workers to be a whole number, 1 or more, but got 0.",
  )
  expect(existsSync(trialFolder(store, "example", aTrial("gan").id))).toBe(false)
})

function startSweep(arms: string): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href
  const script = join(import.meta.dirname, "..", "testing", "sweep.ts")
  return spawn(process.execPath, ["--import", loader, script, store, log, trialProcess, arms], {
    stdio: "ignore",
  })
}

const closed = (child: ChildProcess) => new Promise((done) => child.once("close", done))

function everyFile(from: string): string[] {
  return readdirSync(from, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? everyFile(join(from, entry.name)) : [readFileSync(join(from, entry.name), "utf8")],
  )
}
