import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, anExecution, aPlan, aResult, aTrial } from "../../testing/plan.ts"
import { takeAttempt } from "../attempts/attempt.ts"
import { attemptFolder, experimentsOf, trialFolder } from "../files/layout.ts"
import { keepChoice } from "../frozen/choiceFile.ts"
import { keepPlan } from "../frozen/keptPlan.ts"
import { takeLease } from "../leases/lease.ts"
import { findTrials } from "../trials/findTrial.ts"
import { findDeletion, removeDeletion } from "./deletion.ts"
import { findWaste, removeWaste } from "./gc.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-deletion-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1])
const former = aTrial("former")
const asked = { file: "a.ts", overrides: [] }
const days = (count: number) => count * 86_400_000
const inTwoDays = () => Date.now() + days(2)

function playAll(): void {
  for (const trial of [...plan.trials, former]) anAttempt(store, trial).finish(aResult(trial))
}
const trials = () => readdirSync(join(store, "example", "trials")).sort()
const lease = (trial: string, number: number) => {
  takeAttempt(trialFolder(store, "example", trial), number - 1)
  return takeLease(attemptFolder(store, "example", trial, number), anExecution, 60)
}

test("an experiment goes whole, with its plans", () => {
  playAll()
  keepPlan(plan, store, asked)
  const found = findDeletion(store, "example")
  expect(found).toMatchObject({ whole: true, results: 3, registrations: 0, confirmedBy: [] })
  expect(found.trials).toEqual([...plan.trials, former].map(({ id }) => id).sort())
  removeDeletion(store, found)
  expect(readdirSync(store)).toEqual([])
  // Whoever deletes beside it finds nothing any more.
  removeDeletion(store, found)
})

test("of an age only trials go that no newest plan holds and that nobody wrote in since", () => {
  playAll()
  keepPlan(plan, store, asked)
  expect(findDeletion(store, "example", { older: 3, now: inTwoDays() }).trials).toEqual([])
  const found = findDeletion(store, "example", { older: 1, now: inTwoDays() })
  expect(found).toMatchObject({ whole: false, trials: [former.id], results: 1 })
  removeDeletion(store, found)
  expect(trials()).toEqual(plan.trials.map(({ id }) => id).sort())
})

test("where no plan tells what is needed, nothing is taken for old", () => {
  playAll()
  expect(() => findDeletion(store, "example", { older: 1 })).toThrow(
    /^Expected plans of example, which tell what trials are needed, .+; leave --older out to delete all of it\.$/,
  )
})

test("what is played stands, also where it was begun between the look and the deletion", () => {
  playAll()
  const found = findDeletion(store, "example")
  lease(former.id, 2)
  for (const refused of [() => findDeletion(store, "example"), () => removeDeletion(store, found)]) {
    expect(refused).toThrow(
      /^Expected nobody to play what is to be deleted, but the trial \w+ of example .+ is played by process \d+/,
    )
  }
  expect(readdirSync(store)).toEqual(["example"])
  expect(trials()).toHaveLength(3)
})

test("a lease from elsewhere counts until it is ten times as old as it is long", () => {
  playAll()
  const number = 2
  lease(former.id, number)
  const file = join(attemptFolder(store, "example", former.id, number), "lease.json")
  const foreign = { schema: 1, holder: "h", execution: anExecution, beat: 0, seconds: 60, pid: 1 }
  writeFileSync(file, JSON.stringify(foreign))
  expect(() => findDeletion(store, "example")).toThrow("is played by another machine; stop that first.")
  const old = (Date.now() - 601_000) / 1000
  utimesSync(file, old, old)
  expect(findDeletion(store, "example").trials).toHaveLength(3)
})

test("the confirmations of a search are named", () => {
  const choice = { schema: 2, search: "tuning", hash: "0", select: "fid", seeds: [1], arms: {} } as const
  keepChoice(store, choice)
  keepPlan({ ...plan, tuning: choice }, store, asked)
  expect(findDeletion(store, "tuning").confirmedBy).toEqual(["example"])
})

test("gc finishes a deletion that was cut off, of an experiment and of a trial, which nobody reads meanwhile", () => {
  playAll()
  renameSync(
    trialFolder(store, "example", former.id),
    join(store, "example", "trials", `.deleted.${former.id}.1`),
  )
  expect(findTrials(store, "")).toHaveLength(2)
  const ofTrial = findWaste(store)
  expect(ofTrial.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    `deleted example/trials/.deleted.${former.id}.1`,
  ])
  removeWaste(store, ofTrial)
  renameSync(join(store, "example"), join(store, ".deleted.example.1"))
  expect(experimentsOf(store)).toEqual([])
  removeWaste(store, findWaste(store))
  expect(existsSync(join(store, ".deleted.example.1"))).toBe(false)
})
