import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { hostname, tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { anAttempt, anExecution, aResult, aTrial } from "../../testing/plan.ts"
import { takeAttempt } from "../attempts/attempt.ts"
import { failureOf, writeFailure } from "../attempts/failure.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { holderIsGone, type LeaseRecord, openLeaseWatch, readLease } from "../leases/lease.ts"
import { claimTrial } from "./claim.ts"
import { recoverResult } from "./trialRecord.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-claim-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const trial = aTrial("one")
const home = () => trialFolder(store, "example", trial.id)
const folder = (number: number) => attemptFolder(store, "example", trial.id, number)
const claimed = (execution = anExecution) => ({
  store,
  experiment: "example",
  trial: trial.id,
  execution,
  done: () => recoverResult(store, "example", trial.id, execution) !== undefined,
})

/** Milliseconds of a clock that only tests move. */
function clock() {
  let now = 0
  return {
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    watch: () => openLeaseWatch(60, () => now),
  }
}

/** Makes a lease look as if a process of another machine held it. */
function elsewhere(number: number, change: Partial<LeaseRecord> = {}): void {
  const { system: _, started: __, ...lease } = readLease(folder(number))!
  writeFileSync(
    join(folder(number), "lease.json"),
    JSON.stringify({ ...lease, holder: "another", ...change }),
  )
}

describe("a claim", () => {
  test("is the next attempt with its lease, and nobody else's while it lives", () => {
    const { watch, pass } = clock()
    const [one, two] = [watch(), watch()]
    const first = claimTrial(claimed(), one, 60)
    if (typeof first === "string") throw new Error(first)
    expect(first.attempt).toBe(1)
    expect(claimTrial(claimed(), two, 60)).toBe("held")
    elsewhere(1)
    for (let beat = 1; beat < 10; beat += 1) {
      pass(40)
      elsewhere(1, { beat })
      expect(claimTrial(claimed(), two, 60)).toBe("held")
    }
  })

  test("passes on when no other beat was seen for the lease's time, by the observer's own clock", () => {
    const { watch, pass } = clock()
    claimTrial(claimed(), watch(), 60)
    elsewhere(1)
    const observer = watch()
    expect(claimTrial(claimed(), observer, 60)).toBe("held")
    pass(59)
    expect(claimTrial(claimed(), observer, 60)).toBe("held")
    pass(1)
    expect(claimTrial(claimed(), observer, 60)).toMatchObject({ attempt: 2 })
  })

  test("does not wait where the attempt's end was written down", () => {
    claimTrial(claimed(), clock().watch(), 60)
    const end = { exitCode: 1, signal: null, lastLines: [] }
    writeFailure(folder(1), failureOf(trial.id, 1, anExecution, end, { silent: false, left: false }))
    expect(claimTrial(claimed(), clock().watch(), 60)).toMatchObject({ attempt: 2 })
  })

  test("waits for an attempt whose lease is not written yet", () => {
    takeAttempt(home(), 0)
    const { watch, pass } = clock()
    const observer = watch()
    expect(claimTrial(claimed(), observer, 60)).toBe("held")
    pass(60)
    expect(claimTrial(claimed(), observer, 60)).toMatchObject({ attempt: 2 })
  })

  test("is not needed where there is a result, nor hindered by another execution", () => {
    anAttempt(store, trial).finish(aResult(trial))
    expect(claimTrial(claimed(), clock().watch(), 60)).toBe("done")
    expect(claimTrial(claimed("f".repeat(16)), clock().watch(), 60)).toMatchObject({ attempt: 2 })
  })
})

test("a holder that was taken for dead wakes up and cannot publish over its successor", () => {
  const stalled = anAttempt(store, trial)
  elsewhere(1)
  const { watch, pass } = clock()
  const observer = watch()
  claimTrial(claimed(), observer, 60)
  pass(60)
  expect(claimTrial(claimed(), observer, 60)).toMatchObject({ attempt: 2 })
  expect(stalled.finish(aResult(trial, { seconds: 1 }))).toEqual({ published: false, superseded: true })
  expect(readdirSync(join(home())).includes("results")).toBe(false)
})

test("whatever the order of looks and beats, one trial has one holder at a time", () => {
  const moves = fc.array(fc.tuple(fc.nat(2), fc.constantFrom("claim", "pass", "beat")), { maxLength: 40 })
  fc.assert(
    fc.property(moves, (list) => {
      rmSync(home(), { recursive: true, force: true })
      const { watch, pass } = clock()
      const watches = [watch(), watch(), watch()]
      const taken: number[] = []
      let sinceBeat = 0
      for (const [who, move] of list) {
        if (move === "pass") {
          pass(25)
          sinceBeat += 25
        } else if (move === "beat" && taken.length > 0) {
          elsewhere(taken.at(-1)!, { beat: Math.floor(Math.abs(Math.sin(taken.length + sinceBeat)) * 1e9) })
          sinceBeat = 0
        } else if (move === "claim") {
          const claim = claimTrial(claimed(), watches[who]!, 60)
          if (typeof claim === "string") continue
          // Nobody takes a trial whose holder gave a sign of life within the lease.
          if (taken.length > 0) expect(sinceBeat).toBeGreaterThanOrEqual(60)
          taken.push(claim.attempt)
          elsewhere(claim.attempt, { beat: -taken.length })
          sinceBeat = 0
        }
      }
      expect(taken).toEqual([...taken.keys()].map((index) => index + 1))
    }),
    { numRuns: 50 },
  )
})

describe("a lease", () => {
  test("tells a dead process of this very system from a living one", async () => {
    claimTrial(claimed(), clock().watch(), 60)
    const lease = readLease(folder(1))!
    expect(holderIsGone(lease)).toBe(false)
    if (lease.system === undefined) return
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"])
    await new Promise((done) => child.once("spawn", done))
    // The same number with another start is another process.
    expect(holderIsGone({ ...lease, pid: child.pid! })).toBe(true)
    child.kill("SIGKILL")
    await new Promise((done) => child.once("close", done))
    expect(holderIsGone({ ...lease, pid: child.pid! })).toBe(true)
    // Of another machine nothing is known.
    expect(holderIsGone({ ...lease, system: "another", pid: child.pid! })).toBe(false)
  })

  test("names no host and no user", () => {
    claimTrial(claimed(), clock().watch(), 60)
    const text = readFileSync(join(folder(1), "lease.json"), "utf8")
    expect(text).not.toContain(hostname())
    expect(text).not.toMatch(new RegExp(`\\b${userInfo().username}\\b`))
  })
})
