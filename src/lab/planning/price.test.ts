import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Trial } from "@saddlepoint/core/declare/trial"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, aPlan, aResult, aTrial, someFacts } from "../testing/plan.ts"
import { estimate, estimateInWords, longEstimate, type Price, priceKey } from "./price.ts"
import { keepProbe, openPriceBook, readProbes } from "./priceBook.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-price-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2])
const price = (secondsPerStep: number, otherSeconds = 0): Price => ({
  secondsPerStep,
  otherSeconds,
  diskBytes: 100,
  from: "results",
})
const probe = {
  key: "",
  execution: "0123456789abcdef",
  date: "2026-01-02T03:04:05.000Z",
  startSeconds: 2,
  firstStepsSeconds: 1,
  secondsPerStep: 0.5,
  steps: 4,
  weightBytes: 1000,
  checkpointBytes: 3000,
  peakMemory: 200,
}

/** Trials of which nothing is left to do. */
const all = (done: ReadonlySet<string>) => ({ done, trained: done })

test("what is missing is steps and the rest of every trial, shared among the workers", () => {
  const done = new Set([plan.trials[0]!.id])
  const found = estimate(plan, all(done), ({ arm }) => (arm === "gan" ? price(2, 4) : price(1, 1)), 2)
  // One l1 of 10 steps and two gan: 10 + 1 + 2 (20 + 4).
  expect(found).toMatchObject({ seconds: 59 / 2, diskBytes: 300, finishedShare: 0.25, unknown: [] })
})

test("a trial that is trained and only lacks a judgement costs no steps and no disk", () => {
  const trained = new Set(plan.trials.map(({ id }) => id))
  const found = estimate(plan, { done: new Set(), trained }, () => price(1, 3), 1)
  expect(found).toMatchObject({ seconds: 3 * plan.trials.length, diskBytes: 0, finishedShare: 0 })
})

test("an arm that nobody measured is named, not guessed", () => {
  const found = estimate(plan, all(new Set()), ({ arm }) => (arm === "l1" ? price(1) : undefined), 1)
  expect(found).toMatchObject({ seconds: 20, unknown: ["gan"] })
  expect(estimateInWords(found).join(" ")).toContain("Nobody has measured gan yet: plan --probe does.")
})

test("finishing a trial never makes the estimate longer, and all finished is nothing left", () => {
  const ids = plan.trials.map(({ id }) => id)
  fc.assert(
    fc.property(
      fc.subarray(ids),
      fc.constantFrom(...ids),
      fc.integer({ min: 1, max: 8 }),
      (some, one, workers) => {
        const before = estimate(plan, all(new Set(some)), () => price(1, 2), workers)
        const after = estimate(plan, all(new Set([...some, one])), () => price(1, 2), workers)
        expect(after.seconds).toBeLessThanOrEqual(before.seconds)
        expect(estimate(plan, all(new Set(ids)), () => price(1), workers)).toMatchObject({
          seconds: 0,
          finishedShare: 1,
        })
      },
    ),
  )
})

test("finished trials of an arm give its price, before any probe", () => {
  const [l1, gan] = plan.trials as readonly [Trial, Trial]
  keepProbe(store, "example", { ...probe, key: priceKey(l1) })
  keepProbe(store, "example", { ...probe, key: priceKey(gan) })
  anAttempt(store, l1).finish(aResult(l1, { trainSeconds: 20, seconds: 23 }))
  const priceOf = openPriceBook(plan, store, new Set([l1.id]))
  expect(priceOf(plan.trials[2]!)).toMatchObject({ secondsPerStep: 2, otherSeconds: 3, from: "results" })
  expect(priceOf(gan)).toEqual({ secondsPerStep: 0.5, otherSeconds: 3, diskBytes: 1000, from: "probe" })
  expect(priceOf(aTrial("other"))).toBeUndefined()
})

test("where the budget counts one move in five, a price is per counted move, also of a trial that diverged early", () => {
  const [l1, gan] = plan.trials as readonly [Trial, Trial]
  const facts = { ...someFacts, trainingSteps: 50 }
  anAttempt(store, l1, { facts }).finish(aResult(l1, { trainSeconds: 20, seconds: 20, steps: 50 }))
  anAttempt(store, gan, { facts }).finish(
    aResult(gan, {
      status: "diverged",
      evidence: "NaN.",
      metrics: {},
      trainSeconds: 4,
      seconds: 4,
      steps: 10,
    }),
  )
  const priceOf = openPriceBook(plan, store, new Set([l1.id, gan.id]))
  // 20 s for a budget of 10; 0.4 s a step of training.
  expect(priceOf(l1)?.secondsPerStep).toBeCloseTo(2)
  expect(priceOf(gan)?.secondsPerStep).toBeCloseTo(2)
})

test("a long trial leaves a checkpoint beside its weights", () => {
  const long = aTrial("l1", 1, { steps: 1000 })
  keepProbe(store, "example", { ...probe, key: priceKey(long) })
  expect(openPriceBook(plan, store, new Set())(long)?.diskBytes).toBe(4000)
})

test("a price does not depend on the seed or the number of steps", () => {
  const of = (more: object) => priceKey(aTrial("l1", 1, { preimage: { arm: "l1", ...more } }))
  expect(of({ seed: 1, steps: 10 })).toBe(of({ seed: 2, steps: 20 }))
  expect(of({ seed: 1, data: "a" })).not.toBe(of({ seed: 1, data: "b" }))
})

test("a newer probe takes the place of the older one; a damaged file counts as none", () => {
  keepProbe(store, "example", { ...probe, key: "k" })
  keepProbe(store, "example", { ...probe, key: "k", secondsPerStep: 7 })
  expect(readProbes(store, "example").map(({ secondsPerStep }) => secondsPerStep)).toEqual([7])
  mkdirSync(join(store, "example"), { recursive: true })
  writeFileSync(join(store, "example", "prices.json"), "{")
  expect(readProbes(store, "example")).toEqual([])
})

test("what takes longer than a year is told in years", () => {
  const taking = (seconds: number) =>
    longEstimate({ seconds, workers: 1, diskBytes: 0, finishedShare: 0, unknown: [], measured: [] })
  expect(taking(3e7)).toEqual([])
  expect(taking(1e9)).toEqual(["What is missing takes about 32 years; take fewer steps, trials or seeds."])
})
