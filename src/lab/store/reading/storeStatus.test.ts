import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { FailureClass } from "../../contracts/failure.ts"
import {
  aJudge,
  aJudgedResult,
  anEvaluation,
  anExecution,
  aPlan,
  aResult,
  ofResult,
  someFacts,
} from "../../testing/plan.ts"
import { openAttempt, takeAttempt } from "../attempts/attempt.ts"
import { writeFailure } from "../attempts/failure.ts"
import { attemptFolder, trialFolder } from "../files/layout.ts"
import { keepPlan } from "../frozen/keptPlan.ts"
import { takeLease } from "../leases/lease.ts"
import { openStore, schemaOf } from "../upkeep/storeSchema.ts"
import { mixedInWords } from "./executionCounts.ts"
import { failedTrials } from "./failedTrials.ts"
import { publishedResults } from "./publishedResults.ts"
import { longTable, publishedTable } from "./publishedRows.ts"
import { experimentStatus } from "./storeStatus.ts"
import { csvLines } from "./table.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-status-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const other = "f".repeat(16)
const judge = aJudge("fid")
const base = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2, 3, 4], { judges: [judge] })
const plan = { ...base, trials: base.trials.map((trial) => ({ ...trial, needs: [judge.id] })) }
const at = (index: number) => plan.trials[index] as Trial

function begin(trial: Trial, execution = anExecution, facts = someFacts) {
  const home = trialFolder(store, plan.experiment, trial.id)
  let after = 0
  let number = takeAttempt(home, after)
  while (number === undefined) number = takeAttempt(home, ++after)
  takeLease(attemptFolder(store, plan.experiment, trial.id, number), execution, 60)
  return openAttempt(store, plan.experiment, trial, execution, facts, number)
}

function ended({ id }: Trial, attempt: number) {
  const common = { schema: 1, exitCode: 1, signal: null, lastLines: [], sentence: "It ended." } as const
  return { ...common, trial: id, attempt, execution: anExecution }
}

function fail(trial: Trial, how: FailureClass) {
  const { folder, number } = begin(trial)
  writeFailure(folder, { ...ended(trial, number), class: how, sentence: `It was ${how}.` })
  return folder
}

function checkpoint(folder: string, step: number) {
  mkdirSync(join(folder, "checkpoints"), { recursive: true })
  writeFileSync(
    join(folder, `checkpoints/${String(step).padStart(9, "0")}.${"a".repeat(16)}.safetensors`),
    "x",
  )
}

function fill() {
  begin(at(0)).finish(aResult(at(0)))
  begin(at(1)).finish(aResult(at(1), { status: "diverged", evidence: "It is NaN.", metrics: {} }))
  fail(at(2), "out-of-memory")
  const playing = begin(at(3))
  for (const step of [0, 1, 2]) {
    playing.journal({ event: "step", stage: "s", step, seconds: 1, losses: { a: 1 }, chain: "0" })
  }
  checkpoint(fail(at(4), "preempted"), 7)
  fail(at(5), "preempted")
  fail(at(6), "failed")
}

test("a trial whose budget counts one move in five is shown with its steps of training", () => {
  const folder = begin(at(0), anExecution, { ...someFacts, trainingSteps: 50 }).folder
  checkpoint(folder, 20)
  const trial = () => experimentStatus(store, plan.experiment, plan).trials.find(({ id }) => id === at(0).id)
  expect(trial()).toMatchObject({ standing: "playing", steps: 50 })
  writeFailure(folder, { ...ended(at(0), 1), class: "preempted" })
  expect(trial()).toMatchObject({ standing: "stopped", step: 20, steps: 50 })
})

test("a store tells alone where every trial stands, and with a plan also what was never begun", () => {
  fill()
  const alone = experimentStatus(store, plan.experiment)
  expect(alone.counts).toEqual({
    done: 1,
    unjudged: 0,
    diverged: 1,
    failed: 2,
    playing: 1,
    stopped: 1,
    missing: 1,
  })
  expect(alone.failedBy).toEqual({ "out-of-memory": 1, failed: 1 })
  expect([...alone.retry].sort()).toEqual([at(2).id, at(6).id].sort())
  const of = (id: string) => alone.trials.find((trial) => trial.id === id)
  expect(of(at(3).id)).toMatchObject({
    standing: "playing",
    step: 3,
    steps: 10,
    where: "here",
    arm: "gan",
    seed: 2,
  })
  expect(of(at(4).id)).toMatchObject({ standing: "stopped", step: 7, class: "preempted" })
  expect(alone.arms.map(({ arm, seeds }) => [arm, seeds])).toEqual([
    ["gan", [1]],
    ["l1", [1]],
  ])
  const withPlan = experimentStatus(store, plan.experiment, plan)
  expect(withPlan.counts).toEqual({ ...alone.counts, missing: 3 })
  expect(withPlan.arms.find(({ arm }) => arm === "l1")?.planned).toBe(4)
})

test("a manifest that planned fewer seeds than are complete is not taken for the plan of all", () => {
  const declared = { comparisons: [], seeds: [1, 2], arms: [] }
  const finish = (trial: Trial) =>
    begin(trial, anExecution, { ...someFacts, declared }).finish(aResult(trial))
  const planned = () => experimentStatus(store, plan.experiment).arms[0]?.planned
  const seeds = plan.trials.filter(({ arm }) => arm === "l1")
  for (const trial of seeds.slice(0, 2)) finish(trial)
  expect(planned()).toBe(2)
  finish(seeds[2]!)
  expect(planned()).toBe(null)
})

test("a later attempt under another execution is seen, and a damaged result is named and counts as absent", () => {
  begin(at(0)).finish(aResult(at(0)))
  begin(at(0), other)
  begin(at(1)).finish(aResult(at(1)))
  const damaged = `results/${anExecution}.json`
  writeFileSync(join(trialFolder(store, plan.experiment, at(1).id), damaged), "{")
  const { trials } = experimentStatus(store, plan.experiment)
  expect(trials.find(({ id }) => id === at(0).id)).toMatchObject({ standing: "playing", execution: other })
  expect(trials.find(({ id }) => id === at(1).id)?.altered.map(({ file }) => file)).toContain(damaged)
})

test("retry takes what failed, not what is missing, stopped or playing, and the judges that it needs", () => {
  fill()
  const all = failedTrials(store, plan)
  expect(all.failed.map(({ class: how }) => how)).toEqual(["out-of-memory", "failed"])
  expect(all.plan.trials).toEqual([at(2), at(6)])
  expect(all.plan.judges).toEqual([judge])
  expect(failedTrials(store, plan, "out-of-memory").plan.trials).toEqual([at(2)])
  expect(failedTrials(store, plan, "preempted").plan.trials).toEqual([at(4), at(5)])
  expect(failedTrials(store, plan, "timed-out")).toMatchObject({ failed: [], plan: { judges: [] } })
})

test("collected rows keep executions apart and diverged trials in, and CSV quotes what must be quoted", () => {
  begin(at(0)).finish(aResult(at(0)))
  begin(at(0), other).finish(aResult(at(0), { execution: other }))
  begin(at(1)).finish(aResult(at(1), { status: "diverged", evidence: 'It is "NaN", alas.', metrics: {} }))
  const { rows, executions } = publishedTable(publishedResults(store, plan.experiment))
  expect(executions).toEqual({ l1: { [anExecution]: 1, [other]: 1 }, gan: { [anExecution]: 1 } })
  expect(mixedInWords(executions)).toEqual([`l1: ${anExecution} (1), ${other} (1)`])
  expect(rows.map(({ arm, execution, metric, value }) => [arm, execution, metric, value])).toEqual([
    ["gan", anExecution, "", null],
    ["l1", anExecution, "psnr", 20],
    ["l1", other, "psnr", 20],
  ])
  expect(rows[1]).toMatchObject({
    code: someFacts.code.digest,
    identity: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  const csv = [...csvLines(longTable(rows))]
  expect(csv).toHaveLength(4)
  expect(csv[1]).toContain(',"It is ""NaN"", alas.",no,')
})

test("a store gets its schema once, an old one is brought up to date, a newer or damaged one is refused", () => {
  openStore(join(store, "new"))
  expect(schemaOf(join(store, "new"))).toBe(4)
  const cutOff = attemptFolder(store, plan.experiment, at(0).id, 1)
  mkdirSync(cutOff, { recursive: true })
  const manifest = {
    schema: 1,
    trial: at(0).id,
    execution: anExecution,
    arm: "l1",
    seed: 1,
    steps: 10,
    role: "baseline",
  }
  writeFileSync(join(cutOff, "manifest.json"), JSON.stringify(manifest))
  const atWork = begin(at(1))
  mkdirSync(attemptFolder(store, plan.experiment, at(2).id, 1), { recursive: true })
  openStore(store)
  openStore(store)
  const { trials, counts } = experimentStatus(store, plan.experiment)
  expect(schemaOf(store)).toBe(4)
  expect(counts).toMatchObject({ missing: 2, playing: 1 })
  expect(failedTrials(store, plan, "preempted").plan.trials).toEqual([at(0)])
  expect(trials[0]?.id).toBe(at(1).id)
  expect(atWork.finish(aResult(at(1))).published).toBe(true)
  writeFileSync(join(store, "store.json"), '{"schema": 5}')
  expect(() => openStore(store)).toThrow(/of schema 5; use the newer version/)
  writeFileSync(join(store, "store.json"), '{"sch')
  expect(() => openStore(store)).toThrow(/damaged/)
})

test("what a metric of the newest kept plan has not judged is unjudged, also where only the experiment is named", () => {
  const one = at(0)
  const evaluations = [anEvaluation(one), anEvaluation(one, "ssim")]
  const judgedBy = (count: number) => ({
    ...plan,
    trials: [{ ...one, evaluations: evaluations.slice(0, count) }],
  })
  const attempt = begin(one)
  const result = aJudgedResult(one)
  attempt.judge(evaluations[0]!, ofResult(result), { psnr: { value: 1, identity: {} } })
  attempt.finish(result)
  const standing = () => experimentStatus(store, plan.experiment).counts
  expect(standing()).toMatchObject({ done: 1, unjudged: 0 })
  keepPlan(judgedBy(1), store, { file: "question.ts", overrides: [] })
  expect(standing()).toMatchObject({ done: 1, unjudged: 0 })
  keepPlan(judgedBy(2), store, { file: "question.ts", overrides: [] })
  expect(standing()).toMatchObject({ done: 0, unjudged: 1 })
})
