import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, aPlan, aResult, aTrial } from "../../testing/plan.ts"
import { writeJson } from "../files/durable.ts"
import { trialFolder } from "../files/layout.ts"
import { publishedResult } from "../trials/trialRecord.ts"
import { formerResults, formerResultsInWords } from "./formerResults.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-former-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const former = aTrial("l1", 1, { preimage: { arm: "l1", seed: 1, metrics: [] } })
const plan = aPlan({ l1: "baseline" }, [1])
const [trial] = plan.trials
const renamed = { ...plan, trials: [{ ...trial!, formerId: former.id }] }

/** Leaves a result as an earlier version did. */
function playBefore() {
  const attempt = anAttempt(store, former)
  const result = aResult(former)
  attempt.finish(result)
  const { home, file } = publishedResult(store, "example", former.id, result.execution)!
  for (const name of [join(attempt.folder, "result.json"), join(home, file)]) {
    writeJson(name, { ...result, schema: 1, attempt: 1 })
  }
}

test("a store of this version has nothing of an earlier one", () => {
  anAttempt(store, trial!).finish(aResult(trial!))
  expect(formerResultsInWords(formerResults(renamed, store))).toEqual([])
  expect(trialFolder(store, "example", former.id)).not.toBe(trialFolder(store, "example", trial!.id))
})

test("trials of the plan that an earlier version played are counted, until they are played anew", () => {
  playBefore()
  expect(formerResults(renamed, store)).toEqual({ trials: [trial!.id], others: false })
  expect(formerResultsInWords(formerResults(renamed, store))[0]).toMatch(
    /^1 trial has a result of an earlier version/,
  )
  anAttempt(store, trial!).finish(aResult(trial!))
  expect(formerResults(renamed, store)).toEqual({ trials: [], others: false })
})

test("trials of an earlier version that the plan does not name are told, as where a metric was added", () => {
  playBefore()
  expect(formerResults(plan, store)).toEqual({ trials: [], others: true })
  expect(formerResultsInWords(formerResults(plan, store))[0]).toContain("perhaps because its metrics")
})
