import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, anExecution, aResult, aTrial, someFacts } from "../../testing/plan.ts"
import { compareTrials } from "./trialComparison.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-comparison-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const other = "f".repeat(16)
const made = (of: string, weight: number, data: string) =>
  aTrial(of, 1, {
    preimage: { schema: 2, spec: { use: of, losses: [{ use: "l1", weight }] }, seed: 1, steps: 10, data },
  })
const [a, b] = [made("pix2pix", 1, "a".repeat(64)), made("pix2pix", 100, "b".repeat(64))]
const value = (found: number, images = 4) => ({ value: found, identity: { images } })

test("fields are named by their path, likewise what made the bits, and metrics that may be compared have a difference", () => {
  anAttempt(store, a).finish(aResult(a, { metrics: { psnr: value(20), ssim: value(0.5), fid: value(3) } }))
  const facts = { ...someFacts, engine: { ...someFacts.engine, threads: 2 } }
  const metrics = { psnr: value(22.5), ssim: value(0.6, 8) }
  anAttempt(store, b, { facts, execution: other }).finish(aResult(b, { metrics, execution: other }))
  const found = compareTrials(store, [a.id, b.id.slice(0, 6)])
  expect(found.spec).toEqual([
    { path: "dataDigest", before: "a".repeat(12), after: "b".repeat(12) },
    { path: "losses.0.weight", before: 1, after: 100 },
  ])
  expect(found.environment).toEqual([
    { path: "engine.threads", before: 1, after: 2 },
    { path: "execution", before: anExecution, after: other },
  ])
  expect(found.metrics).toEqual([
    { metric: "psnr", a: 20, b: 22.5, difference: 2.5 },
    {
      ...{ metric: "ssim", a: 0.5, b: 0.6, difference: null },
      refusal: 'The values of ssim may not be compared: their identities differ in "images" (4 and 8).',
    },
  ])
  expect(found.alone).toEqual({ a: ["fid"], b: [] })
})

test("two executions of one trial are compared by name", () => {
  for (const execution of [anExecution, other]) {
    const facts = { ...someFacts, engine: { ...someFacts.engine, version: execution } }
    anAttempt(store, a, { facts, execution }).finish(aResult(a, { execution }))
  }
  const { spec, environment, metrics } = compareTrials(store, [`${a.id}@0123`, `${a.id}@ffff`])
  expect(spec).toEqual([])
  expect(environment.map(({ path }) => path)).toEqual(["engine.version", "execution"])
  expect(metrics).toMatchObject([{ metric: "psnr", difference: 0 }])
  expect(() => compareTrials(store, [a.id, `${a.id}@abc`])).toThrow(
    `Expected the trial ${a.id} to have a result of the execution abc, but it has those of ${anExecution}, ${other}.`,
  )
})

test("a trial that was never finished is a sentence", () => {
  anAttempt(store, a)
  expect(() => compareTrials(store, [a.id, a.id])).toThrow(
    `Expected the trial ${a.id} to be finished, but it has no result; run it first.`,
  )
})
