import { spawn } from "node:child_process"
import { linkSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, anExecution, aResult, aTrial } from "../../testing/plan.ts"
import type { Link } from "../files/exclusive.ts"
import { trialFolder } from "../files/layout.ts"
import { publishedResult, readTrial, recoverResult } from "../trials/trialRecord.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-publication-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const trial = aTrial("one")
const home = () => trialFolder(store, "example", trial.id)
const begin = (link?: Link) => anAttempt(store, trial, link === undefined ? {} : { link })
const withoutLinks: Link = () => {
  throw Object.assign(new Error("no links here"), { code: "EPERM" })
}

for (const links of ["yes", "no"]) {
  test(`two processes race for 40 trials and exactly one publishes each (hard links: ${links})`, async () => {
    const trials = 40
    const [one, two] = await Promise.all([race("a", "b", trials, links), race("b", "a", trials, links)])
    const all = [...one.published, ...two.published].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: trials }, (_, seed) => seed))
    for (let seed = 0; seed < trials; seed += 1) {
      const { id } = aTrial("race", seed)
      const winner = one.published.includes(seed) ? one.pid : two.pid
      const record = readTrial(store, "example", id)
      expect(record.attempts).toHaveLength(2)
      expect(record.damaged).toEqual([])
      expect(record.results.get(anExecution)?.result.seconds).toBe(winner)
      expect(readdirSync(join(trialFolder(store, "example", id), "results"))).toHaveLength(1)
    }
  })
}

test("an attempt that has a successor publishes nothing, before it or after it", () => {
  const stalled = begin()
  const late = begin()
  expect([stalled.number, late.number]).toEqual([1, 2])
  expect(stalled.finish(aResult(trial, { seconds: 1 }))).toEqual({ published: false, superseded: true })
  expect(publishedResult(store, "example", trial.id, anExecution)).toBeUndefined()
  expect(late.finish(aResult(trial, { seconds: 2 }))).toEqual({ published: true })
  expect(publishedResult(store, "example", trial.id, anExecution)).toMatchObject({
    attempt: 2,
    folder: late.folder,
    result: { seconds: 2 },
  })
})

test("the first result that was published stands, and a later attempt learns it", () => {
  begin().finish(aResult(trial, { seconds: 1 }))
  expect(begin().finish(aResult(trial, { seconds: 2 }))).toEqual({ published: false })
  expect(publishedResult(store, "example", trial.id, anExecution)?.result.seconds).toBe(1)
})

test("results under two executions lie side by side, and neither supersedes the other", () => {
  const other = "f".repeat(16)
  const first = begin()
  const second = anAttempt(store, trial, { execution: other })
  expect(first.finish(aResult(trial)).published).toBe(true)
  expect(second.finish(aResult(trial, { execution: other })).published).toBe(true)
  expect([...readTrial(store, "example", trial.id).results.keys()]).toEqual([anExecution, other])
})

for (const [name, link] of [
  ["linked", linkSync],
  ["copied", withoutLinks],
] as const) {
  test(`a truncated ${name} publication counts as absent, is reported, and the next attempt stands`, () => {
    begin(link).finish(aResult(trial))
    truncateSync(join(home(), "results", `${anExecution}.json`), 40)
    expect(publishedResult(store, "example", trial.id, anExecution)).toBeUndefined()
    expect(readTrial(store, "example", trial.id).damaged).toContain(`results/${anExecution}.json`)
    expect(begin(link).finish(aResult(trial)).published).toBe(true)
    expect(publishedResult(store, "example", trial.id, anExecution)?.attempt).toBe(2)
    expect(begin(link).finish(aResult(trial)).published).toBe(false)
  })
}

test("a result that was written but not published before a kill is published by the next reader", () => {
  const attempt = begin(() => {
    throw new Error("killed here")
  })
  expect(() => attempt.finish(aResult(trial))).toThrow("killed here")
  expect(publishedResult(store, "example", trial.id, anExecution)).toBeUndefined()
  expect(recoverResult(store, "example", trial.id, anExecution)?.attempt).toBe(1)
  expect(publishedResult(store, "example", trial.id, anExecution)?.attempt).toBe(1)
})

test("a half-written result of an attempt is not recovered", () => {
  const attempt = begin()
  writeFileSync(join(attempt.folder, "result.json"), '{ "schema": 1, "trial": ')
  expect(recoverResult(store, "example", trial.id, anExecution)).toBeUndefined()
  expect(readTrial(store, "example", trial.id).damaged).toEqual(["attempts/1/result.json"])
})

function race(
  me: string,
  other: string,
  trials: number,
  links: string,
): Promise<{ readonly pid: number; readonly published: readonly number[] }> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href
  const racer = join(import.meta.dirname, "..", "..", "testing", "racer.ts")
  const child = spawn(
    process.execPath,
    ["--import", loader, racer, store, me, other, String(trials), links],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
  let said = ""
  child.stdout.on("data", (text) => {
    said += text
  })
  return new Promise((give, fail) => {
    child.on("close", (code) => (code === 0 ? give(JSON.parse(said)) : fail(new Error(`exit code ${code}`))))
  })
}
