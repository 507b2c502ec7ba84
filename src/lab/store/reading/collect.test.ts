import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { afterEach, beforeEach, expect, test } from "vitest"
import {
  aJudge,
  anAttempt,
  anExecution,
  aPlan,
  aResult,
  aTrial,
  executionsOf,
  someExecutions,
  someFacts,
  someOutputs,
} from "../../testing/plan.ts"
import { attest } from "../../verification/verification.ts"
import { writeFailure } from "../attempts/failure.ts"
import { trialFolder } from "../files/layout.ts"
import { draftOf, keepPlan } from "../frozen/keptPlan.ts"
import { register } from "../frozen/registration.ts"
import { keepAttestation } from "../results/attestation.ts"
import { publishedResult } from "../trials/trialRecord.ts"
import { collectFindings } from "./collect.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-collect-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const other = "f".repeat(16)

function play(trial: ReturnType<typeof aTrial>, execution = anExecution, seconds = 1) {
  const engine = { ...someFacts.engine, threads: execution === other ? 2 : 1 }
  const attempt = anAttempt(store, trial, { execution, facts: { ...someFacts, engine } })
  attempt.journal({ event: "step", stage: "play", step: 1, seconds: 0.1, losses: { "generator/total": 2 } })
  attempt.finish(aResult(trial, { execution, seconds }))
  return attempt
}

test("findings hold every trial of the plan with its result, journal and folder, and the metrics' outputs", () => {
  const judge = aJudge("fid")
  const control = aTrial("control/real", 0, { kind: "control", role: "control", steps: 0 })
  const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2], { judges: [judge], controls: [control] })
  for (const trial of [judge, control, ...plan.trials.slice(0, 2)]) play(trial)
  const failed = anAttempt(store, plan.trials[2]!)
  writeFailure(failed.folder, {
    schema: 1,
    trial: plan.trials[2]!.id,
    attempt: 1,
    execution: anExecution,
    class: "failed",
    exitCode: 1,
    signal: null,
    lastLines: [],
    sentence: "It crashed.",
  })
  const findings = collectFindings(plan, store, { executions: someExecutions })
  expect(findings.trials.map(({ arm, seed, status, evidence }) => [arm, seed, status, evidence])).toEqual([
    ["l1", 1, "completed", undefined],
    ["gan", 1, "completed", undefined],
    ["l1", 2, "failed", "It crashed."],
    ["gan", 2, "missing", undefined],
  ])
  expect(findings.trials[0]?.curves.steps).toHaveLength(1)
  expect(findings.trials[0]?.result?.metrics.psnr?.value).toBe(20)
  expect(findings.judges[0]?.status).toBe("completed")
  expect(findings.controls[0]?.status).toBe("completed")
  expect(findings.plan.outputs).toEqual(someOutputs)
  expect(findings.environment).toMatchObject({
    Engine: "js (test 1)",
    Device: "cpu",
    "Threads per trial": "1",
    "Node.js": process.version,
    Execution: anExecution,
  })
})

test("a value's evaluation noise is found as it was published, and is absent where there was none", () => {
  const plan = aPlan({ a: "baseline", b: "challenger" }, [1])
  const [a, b] = plan.trials
  const identity = { split: "test" }
  const attempt = anAttempt(store, a!)
  attempt.finish(aResult(a!, { metrics: { fid: { value: 20, noise: 0.5, identity } } }))
  play(b!)
  const [noisy, plain] = collectFindings(plan, store, { executions: someExecutions }).trials
  expect(noisy?.result?.metrics.fid).toEqual({ value: 20, noise: 0.5, identity })
  expect(plain?.result?.metrics.psnr).not.toHaveProperty("noise")
})

test("the asked execution is preferred, else the newest, and a mixture is said", () => {
  const plan = aPlan({ a: "baseline", b: "challenger" }, [1])
  const [a, b] = plan.trials as [(typeof plan.trials)[0], (typeof plan.trials)[0]]
  play(a, anExecution, 1)
  play(a, other, 2)
  play(b, anExecution, 3)
  const seconds = (execution?: string) =>
    collectFindings(
      plan,
      store,
      execution === undefined ? {} : { executions: executionsOf(execution) },
    ).trials.map(({ result }) => result?.seconds)
  expect(seconds()).toEqual([2, 3])
  expect(seconds(other)).toEqual([2, 3])
  expect(seconds(anExecution)).toEqual([1, 3])
  expect(collectFindings(plan, store, { executions: someExecutions }).environment.Execution).toBe(anExecution)
  expect(collectFindings(plan, store, { executions: executionsOf(other) }).environment).toMatchObject({
    Execution: `mixed: ${other} (1 trial), ${anExecution} (1 trial)`,
    "Threads per trial": "mixed: 2 (1 trial), 1 (1 trial)",
  })
})

test("a damaged result counts as missing and is named", () => {
  const plan = aPlan({ a: "baseline" }, [1])
  const attempt = play(plan.trials[0]!)
  writeFileSync(join(attempt.folder, "result.json"), '{"schema": 1,')
  const findings = collectFindings(plan, store)
  expect(findings.trials[0]?.status).toBe("missing")
  expect(findings.trials[0]?.altered?.map(({ sentence }) => sentence)).toEqual([
    `results/${anExecution}.json is cut off, or was changed after it was written; it counts as missing.`,
    "attempts/1/result.json is cut off, or was changed after it was written.",
  ])
})

test("the environment says how many results were played again", () => {
  const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1])
  for (const trial of plan.trials) play(trial)
  expect(collectFindings(plan, store).environment.Verified).toBe("no result was played again")
  const [first] = plan.trials
  const published = publishedResult(store, "example", first!.id, anExecution)!
  const replay = { from: 0, to: 10, compared: 10, firstDifference: null, relative: {}, unlike: [] }
  keepAttestation(trialFolder(store, "example", first!.id), attest(published, replay, []))
  expect(collectFindings(plan, store).environment.Verified).toBe("1 of 2 results played again: 1 bitwise")
})

test("what finished trials learnt from is told once for each dataset, where their manifests describe it", () => {
  const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1])
  const splits = { train: { size: 4 }, validation: { size: 1 }, test: { size: 2 } }
  const dataset = {
    name: "facades",
    licence: "MIT",
    digest: "d".repeat(64),
    fields: {},
    labels: "none",
    splits,
  } as const
  for (const trial of plan.trials)
    anAttempt(store, trial, { facts: { ...someFacts, dataset } }).finish(aResult(trial))
  expect(collectFindings(plan, store).datasets).toEqual([dataset])
})

test("changes since the registration are those of the definition, and name no path of the machine", () => {
  const planOf = (folder: string, seeds: readonly number[]) => {
    const definition = { arms: { l1: { spec: { data: { use: "pairs", folder } } } }, seeds: [...seeds] }
    return aPlan({ l1: "baseline" }, seeds, { definition, hash: contentHash(definition) })
  }
  const changesOf = (plan: Plan) => collectFindings(plan, store).registration?.changes
  register(planOf("/home/ann/photos", [1]), store, "run")
  const more = planOf("/home/ann/photos", [1, 2])
  const asked = { file: "question.ts", overrides: [] }
  // Before it is registered and afterwards, from the plan as it is kept.
  expect(changesOf(draftOf(more, asked).plan)).toEqual([{ path: "seeds", after: 2 }])
  register(more, store, "run")
  expect(changesOf(keepPlan(more, store, asked).plan)).toEqual([{ path: "seeds", after: 2 }])
  const moved = planOf("/home/bob/photos", [1])
  register(moved, store, "run")
  expect(changesOf(keepPlan(moved, store, asked).plan)).toEqual([
    { path: "arms.l1.data.folder", before: "…/photos", after: "…/photos" },
  ])
})
