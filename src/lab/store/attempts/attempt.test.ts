import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { homedir, hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, anExecution, aResult, aTrial, someFacts } from "../../testing/plan.ts"
import { openAttempt } from "./attempt.ts"
import { readJournal } from "./journal.ts"
import { readManifest } from "./manifest.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-attempt-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const trial = aTrial("one")
const step = (n: number, value = 1 / n) =>
  ({ event: "step", stage: "play", step: n, seconds: n, losses: { "generator/total": value } }) as const

test("an attempt begins with its manifest and ends with its result", () => {
  const attempt = anAttempt(store, trial)
  expect(readdirSync(attempt.folder).sort()).toEqual(["journal.jsonl", "lease.json", "manifest.json"])
  expect(readManifest(attempt.folder)).toMatchObject({
    schema: 5,
    experiment: "example",
    trial: trial.id,
    attempt: 1,
    execution: anExecution,
    preimage: trial.preimage,
    engine: { name: "js" },
    machine: { node: process.version },
  })
  expect(attempt.artifact("grids/test.png", new Uint8Array([1, 2]))).toBe("artifacts/grids/test.png")
  attempt.finish(aResult(trial))
  expect(readdirSync(attempt.folder).sort()).toEqual([
    "artifacts",
    "journal.jsonl",
    "lease.json",
    "manifest.json",
    "result.json",
  ])
  expect(readdirSync(join(attempt.folder, "artifacts", "grids"))).toEqual(["test.png"])
})

test("a journal is read without its cut-off tail and its foreign lines", () => {
  const attempt = anAttempt(store, trial)
  attempt.journal(step(1))
  attempt.journal({ event: "evaluated", images: 4 })
  attempt.journal(step(2))
  appendFileSync(join(attempt.folder, "journal.jsonl"), '\n\n{"event":"step","stage":"pl')
  expect(readJournal(attempt.folder)).toEqual({
    steps: [step(1), step(2)],
    moves: [],
    checkpoints: [],
    damaged: 1,
  })
})

test("a result with a number that is not finite is refused and nothing is written", () => {
  const attempt = anAttempt(store, trial)
  const metrics = { psnr: { value: Number.POSITIVE_INFINITY, identity: {} } }
  expect(() => attempt.finish(aResult(trial, { metrics }))).toThrow(
    "Expected only finite numbers in a result, but result.metrics.psnr.value is Infinity. " +
      "Leave it out, or end the trial as diverged.",
  )
  expect(readdirSync(attempt.folder)).not.toContain("result.json")
})

test("an artifact stays within its attempt", () => {
  const attempt = anAttempt(store, trial)
  for (const name of ["../x", "/x", "a/../../x", "."]) {
    expect(() => attempt.artifact(name, "")).toThrow("Expected a file name within artifacts/")
  }
})

test("an experiment whose name is no folder name is refused in one sentence", () => {
  expect(() => openAttempt(store, "../elsewhere", trial, anExecution, someFacts, 1)).toThrow(
    'Expected a name of the experiment that may be a folder of the run store, but: expected letters, digits, "-", "_" and "." ' +
      'between them, because it names a folder, but got "../elsewhere". Rename it.',
  )
})

test("nothing that an attempt writes names a path, a host or a home", () => {
  const secret = { ...trial, preimage: { data: { folder: join(homedir(), "private", "pairs") } } }
  const attempt = anAttempt(store, secret)
  attempt.journal({ event: "note", text: `read ${store}/a/b.png from file://${store}/x` })
  attempt.finish(
    aResult(trial, { status: "diverged", evidence: `see ${attempt.folder}/journal.jsonl`, metrics: {} }),
  )
  for (const file of ["manifest.json", "journal.jsonl", "result.json"]) {
    const text = readFileSync(join(attempt.folder, file), "utf8")
    expect(text).not.toContain(store)
    expect(text).not.toContain(hostname())
    expect(text).not.toMatch(/"(?:\/|[A-Za-z]:\\)/)
  }
  expect(readManifest(attempt.folder)?.preimage).toEqual({ data: { folder: "…/pairs" } })
})
