import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import { stream } from "@saddlepoint/engine/random"
import { afterAll, beforeAll, expect, test } from "vitest"
import { failureOf, writeFailure } from "../store/attempts/failure.ts"
import { chainStart, nextLink } from "../store/attempts/hashChain.ts"
import { keepPlan } from "../store/frozen/keptPlan.ts"
import { register } from "../store/frozen/registration.ts"
import { keepAttestation } from "../store/results/attestation.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { openStore } from "../store/upkeep/storeSchema.ts"
import { anAttempt, anExecution, aPlan, aResult, aTrial } from "../testing/plan.ts"
import { attest } from "../verification/verification.ts"
import { editBytes } from "./editing.ts"

let store: string
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-editing-"))
  openStore(store)
  const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2], { hash: contentHash({}) })
  for (const trial of plan.trials) {
    const attempt = anAttempt(store, trial)
    let chain = chainStart
    for (let step = 0; step < 20; step += 1) {
      const losses = { "generator/total": 1 / (step + 3) }
      chain = nextLink(chain, "play", step, losses)
      attempt.journal({ event: "step", stage: "play", step, seconds: step, losses, chain })
    }
    const artifacts = {
      weights: attempt.artifact("weights.safetensors", new Uint8Array(70_000)),
      grid: attempt.artifact("grid.png", new Uint8Array(500)),
    }
    attempt.finish(aResult(trial, { artifacts }))
    const published = publishedResult(store, "example", trial.id, anExecution)!
    const replay = { from: 0, to: 10, compared: 10, firstDifference: null, relative: {}, unlike: [] }
    keepAttestation(published.home, attest(published, replay, []))
  }
  const failed = anAttempt(store, aTrial("crashed"))
  failed.journal({ event: "step", stage: "play", step: 0, seconds: 1, losses: {} })
  const end = { exitCode: 1, signal: null, lastLines: [] }
  writeFailure(
    failed.folder,
    failureOf(aTrial("crashed").id, 1, anExecution, end, { silent: false, left: false }),
  )
  register(plan, store, "run")
  keepPlan(plan, store, { file: "question.ts", overrides: [] })
})
afterAll(() => rmSync(store, { recursive: true, force: true }))

test("every edit of a byte is named, or lies where nothing reads", () => {
  const { edits, named, checked, unread, missed } = editBytes(store, stream(1, "edits"), 600)
  expect(missed).toEqual([])
  const unnamed = Object.values(unread).reduce((sum, count) => sum + count, 0)
  expect(edits).toBe(600)
  expect(named + checked + unnamed).toBe(edits)
  // A tenth of the files are leases; of the others only large ones need a close look.
  expect(named).toBeGreaterThan(400)
  expect(checked).toBeGreaterThan(0)
})
