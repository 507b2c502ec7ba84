import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { anExecution, aResult, aTrial, someFacts } from "../../testing/plan.ts"
import { attemptNumbers, openAttempt } from "../attempts/attempt.ts"
import { checkpointFiles } from "../attempts/checkpointFile.ts"
import { readFailure, writeFailure } from "../attempts/failure.ts"
import { listFolder } from "../files/durable.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { takeLease } from "../leases/lease.ts"
import { readPublished } from "../results/publication.ts"
import { findWaste, removeWaste, sumOf } from "./gc.ts"

const other = "f".repeat(16)
const trial = aTrial("gan")
const home = (store: string) => trialFolder(store, "example", trial.id)
const folderOf = (store: string, number: number) => attemptFolder(store, "example", trial.id, number)

interface Was {
  readonly end: "finished" | "failed" | "cut off" | "playing"
  readonly execution: string
  readonly checkpoint: boolean
  /** Whether cut-off attempts had come as far as their manifest. */
  readonly manifest: boolean
}

const attempts: fc.Arbitrary<readonly Was[]> = fc.array(
  fc.record({
    end: fc.constantFrom("finished", "failed", "cut off", "playing"),
    execution: fc.constantFrom(anExecution, other),
    checkpoint: fc.boolean(),
    manifest: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
)

/** A long time after everything was cut off. */
const later = () => Date.now() + 1e12

function build(store: string, went: readonly Was[]): void {
  went.forEach(({ end, execution, checkpoint, manifest }, index) => {
    const folder = folderOf(store, index + 1)
    mkdirSync(folder, { recursive: true })
    if (end !== "cut off") takeLease(folder, execution, 60)
    if (end === "cut off" && !manifest) return
    const attempt = openAttempt(store, "example", trial, execution, someFacts, index + 1)
    attempt.artifact("weights", "12345")
    if (checkpoint) {
      mkdirSync(join(folder, "checkpoints"))
      writeFileSync(join(folder, `checkpoints/000000005.${"a".repeat(16)}.safetensors`), "state")
    }
    if (end === "finished") attempt.finish(aResult(trial, { execution }))
    if (end !== "failed") return
    writeFailure(folder, {
      schema: 1,
      trial: trial.id,
      attempt: index + 1,
      execution,
      class: "failed",
      exitCode: 1,
      signal: null,
      lastLines: [],
      sentence: "It crashed.",
    })
  })
}

function inStore(check: (store: string) => void): void {
  const store = mkdtempSync(join(tmpdir(), "saddlepoint-gc-"))
  try {
    check(store)
  } finally {
    rmSync(store, { recursive: true, force: true })
  }
}

const snapshot = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file, "latin1")]),
  )

test("after gc every published result, every resumable trial, every failure of an unfinished one and the fencing token are there", () => {
  fc.assert(
    fc.property(attempts, (went) =>
      inStore((store) => {
        build(store, went)
        const before = readPublished(home(store), trial.id).results
        const kept = new Map<number, Record<string, string>>()
        went.forEach(({ end, execution, checkpoint, manifest }, index) => {
          const published = [...before.values()].some(({ attempt }) => attempt === index + 1)
          const opened = end !== "cut off" || manifest
          const resumable = !before.has(execution) && ((checkpoint && opened) || end === "failed")
          if (published || end === "playing" || resumable)
            kept.set(index + 1, snapshot(folderOf(store, index + 1)))
        })
        const waste = findWaste(store, { now: later() })
        const bytes = waste.reduce((sum, removal) => sum + removal.bytes, 0)
        const size = () => Object.values(snapshot(store)).reduce((sum, text) => sum + text.length, 0)
        const whole = size()
        removeWaste(store, waste)
        expect(whole - size()).toBe(bytes)
        expect(readPublished(home(store), trial.id)).toEqual({ results: before, broken: [] })
        expect(attemptNumbers(home(store)).at(-1)).toBe(went.length)
        for (const [number, files] of kept) expect(snapshot(folderOf(store, number))).toEqual(files)
        expect(findWaste(store, { now: later() })).toEqual([])
      }),
    ),
    { numRuns: 40 },
  )
})

const was = (end: Was["end"], more: Partial<Was> = {}): Was => ({
  end,
  execution: anExecution,
  checkpoint: false,
  manifest: true,
  ...more,
})

test("attempts before a result go, with their bytes; the result's checkpoints only where they are asked for", () => {
  inStore((store) => {
    build(store, [was("failed", { checkpoint: true }), was("finished", { checkpoint: true })])
    const waste = findWaste(store, { now: later() })
    expect(waste.map(({ path }) => path)).toEqual([`example/trials/${trial.id}/attempts/1`])
    expect(sumOf(waste).attempts.bytes).toBeGreaterThan(500)
    const all = findWaste(store, { now: later(), checkpoints: true })
    expect(sumOf(all).checkpoints).toEqual({ removed: 1, bytes: 5 })
    removeWaste(store, all)
    expect(attemptNumbers(home(store))).toEqual([2])
    expect(checkpointFiles(folderOf(store, 2))).toEqual([])
    expect(existsSync(join(folderOf(store, 2), "artifacts/weights"))).toBe(true)
  })
})

test("a failed attempt after a result is emptied but keeps its number, its lease and its end", () => {
  inStore((store) => {
    build(store, [was("finished"), was("failed", { checkpoint: true })])
    removeWaste(store, findWaste(store, { now: later() }))
    expect(listFolder(folderOf(store, 2)).sort()).toEqual(["failure.json", "lease.json", "manifest.json"])
    expect(readFailure(folderOf(store, 2))?.sentence).toBe("It crashed.")
  })
})

test("a folder that was just made belongs to somebody who is about to write, and so does a young draft", () => {
  inStore((store) => {
    build(store, [was("cut off", { manifest: false }), was("cut off", { manifest: false })])
    const draft = join(home(store), ".result.json.4194303.draft")
    writeFileSync(draft, "half")
    expect(findWaste(store)).toEqual([])
    utimesSync(draft, 1e9, 1e9)
    expect(sumOf(findWaste(store)).drafts).toEqual({ removed: 1, bytes: 4 })
    expect(sumOf(findWaste(store, { now: later() })).attempts.removed).toBe(1)
    const plans = join(home(store), "../../plans")
    mkdirSync(plans)
    for (const name of [".numbered.4194303.draft", "1.json"]) {
      writeFileSync(join(plans, name), "half")
      utimesSync(join(plans, name), 1e9, 1e9)
    }
    expect(sumOf(findWaste(store)).drafts).toEqual({ removed: 2, bytes: 8 })
  })
})

test("the cache goes only when it is asked for, and attestations and registrations never", () => {
  inStore((store) => {
    build(store, [was("finished")])
    for (const file of [
      "cache/a.bin",
      "example/registrations/1.json",
      `example/trials/${trial.id}/attestations/1.json`,
    ]) {
      mkdirSync(join(store, file, ".."), { recursive: true })
      writeFileSync(join(store, file), "123")
    }
    expect(findWaste(store, { now: later(), checkpoints: true })).toEqual([])
    expect(findWaste(store, { now: later(), cache: true })).toEqual([
      { kind: "cache", path: "cache", bytes: 3 },
    ])
  })
})
