import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import {
  anAttempt,
  anExecution,
  aPlan,
  aResult,
  aTrial,
  executionsOf,
  someExecutions,
} from "../../testing/plan.ts"
import { writeFailure } from "../attempts/failure.ts"
import { trialFolder } from "../files/layout.ts"
import { readTrial } from "./trialRecord.ts"
import { trialStates } from "./trialStates.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-store-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const begin = (trial: ReturnType<typeof aTrial>) => anAttempt(store, trial)

function fail(trial: ReturnType<typeof aTrial>): void {
  const attempt = begin(trial)
  writeFailure(attempt.folder, {
    schema: 1,
    trial: trial.id,
    attempt: attempt.number,
    execution: anExecution,
    class: "failed",
    exitCode: 1,
    signal: null,
    lastLines: ["RangeError: no"],
    sentence: "It crashed.",
  })
}

test("a store that does not exist has every trial missing", () => {
  const plan = aPlan({ gan: "challenger" }, [1, 2])
  const states = trialStates(join(store, "nowhere"), plan)
  expect([...states.values()]).toEqual([{ state: "missing" }, { state: "missing" }])
  expect(readTrial(store, "example", aTrial("gan").id)).toMatchObject({
    attempts: [],
    failures: [],
    damaged: [],
  })
})

test("a trial is done, failed or missing, for the execution that is asked for", () => {
  const arms = ["done", "diverged", "failed", "cutOff", "failedThenDone", "failedThenCutOff"]
  const plan = aPlan(Object.fromEntries(arms.map((arm) => [arm, "challenger" as const])), [1])
  begin(aTrial("done")).finish(aResult(aTrial("done")))
  begin(aTrial("diverged")).finish(
    aResult(aTrial("diverged"), { status: "diverged", evidence: "NaN at step 3.", metrics: {} }),
  )
  fail(aTrial("failed"))
  begin(aTrial("cutOff"))
  fail(aTrial("failedThenDone"))
  begin(aTrial("failedThenDone")).finish(aResult(aTrial("failedThenDone")))
  fail(aTrial("failedThenCutOff"))
  begin(aTrial("failedThenCutOff"))
  const states = (execution?: string) => {
    const known = trialStates(store, plan, execution === undefined ? undefined : executionsOf(execution))
    return arms.map((arm) => known.get(aTrial(arm).id))
  }
  const expected = [
    { state: "done", status: "completed" },
    { state: "done", status: "diverged", evidence: "NaN at step 3." },
    { state: "failed", evidence: "It crashed." },
    { state: "missing" },
    { state: "done", status: "completed" },
    { state: "missing" },
  ]
  expect(states()).toEqual(expected)
  expect(states(anExecution)).toEqual(expected)
  expect(states("f".repeat(16))).toEqual(arms.map(() => ({ state: "missing" })))
})

/** Seconds that this process computes, whatever else the machine does. */
function processorSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

test("the state of 10,000 finished trials takes a small multiple of reading their results", () => {
  // In memory where there is such a folder: making 30,000 inodes on a busy disk can take a minute.
  if (existsSync("/dev/shm")) {
    rmSync(store, { recursive: true })
    store = mkdtempSync("/dev/shm/saddlepoint-store-")
  }
  const plan = aPlan(
    { gan: "challenger" },
    Array.from({ length: 10_000 }, (_, seed) => seed),
  )
  for (const trial of plan.trials) {
    const results = join(trialFolder(store, "example", trial.id), "results")
    mkdirSync(results, { recursive: true })
    const result = { ...aResult(trial), attempt: 1 }
    writeFileSync(join(results, `${anExecution}.json`), JSON.stringify(result, null, 2))
  }
  const reading = processorSeconds(() => {
    for (const trial of plan.trials) {
      const results = join(trialFolder(store, "example", trial.id), "results")
      for (const name of readdirSync(results)) JSON.parse(readFileSync(join(results, name), "utf8"))
    }
  })
  let states: ReturnType<typeof trialStates> = new Map()
  const looking = processorSeconds(() => {
    states = trialStates(store, plan, someExecutions)
  })
  expect([...states.values()].filter(({ state }) => state === "done")).toHaveLength(10_000)
  expect(looking).toBeLessThan(4 * reading)
})
