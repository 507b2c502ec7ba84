import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { oneExecution } from "../contracts/execution.ts"
import { describeMachine } from "../store/execution/machine.ts"
import { anAttempt, anEngine, anExecution, aPlan, aResult, someCode, someFacts } from "../testing/plan.ts"
import { otherExecutions, otherExecutionsInWords } from "./otherExecutions.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-other-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2])
const sources = { "question.ts": "1", "losses/l1.ts": "1" }
const before = { ...someFacts, code: { ...someCode, sources } }
const play = (at: number) =>
  anAttempt(store, plan.trials[at]!, { facts: before }).finish(aResult(plan.trials[at]!))
const machine = describeMachine()

test("results of the present execution are used, and nothing is said", () => {
  play(0)
  const found = otherExecutions(plan, store, {
    executions: oneExecution({ id: anExecution, code: before.code }),
    engine: anEngine,
    machine,
  })
  expect(found).toEqual({ trials: [], differences: [] })
  expect(otherExecutionsInWords(found)).toEqual([])
})

test("results of another code are counted, and the files that changed are named", () => {
  play(0)
  play(1)
  const code = { ...someCode, digest: "9".repeat(64), sources: { "question.ts": "2", "losses/l2.ts": "1" } }
  const executions = oneExecution({ id: "f".repeat(16), code })
  const found = otherExecutions(plan, store, { executions, engine: anEngine, machine })
  expect(found.trials).toEqual([plan.trials[0]!.id, plan.trials[1]!.id])
  expect(otherExecutionsInWords(found)).toEqual([
    "2 trials have results made with other code (losses/l1.ts gone, losses/l2.ts new, question.ts changed); a run plays them again, and keeps both.",
  ])
})

test("another engine or number of threads is told with what it was", () => {
  play(0)
  const engine = { ...anEngine, threads: 2 }
  const found = otherExecutions(plan, store, {
    executions: oneExecution({ id: "f".repeat(16), code: before.code }),
    engine,
    machine,
  })
  expect(otherExecutionsInWords(found)).toEqual([
    "1 trial has a result made with other threads (1, now 2); a run plays it again, and keeps both.",
  ])
})
