import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import {
  aJudgedResult,
  anAttempt,
  anEvaluation,
  anExecution,
  aTrial,
  ofResult,
  someExecutions,
} from "../../testing/plan.ts"
import type { Link } from "../files/exclusive.ts"
import { trialFolder } from "../files/layout.ts"
import { standingOf } from "../trials/standing.ts"
import { publishEvaluations, readEvaluations } from "./evaluations.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-evaluations-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const bare = aTrial("one")
const [psnr, ssim] = [anEvaluation(bare), anEvaluation(bare, "ssim")]
const trial = { ...bare, evaluations: [psnr, ssim] }
const result = aJudgedResult(trial)
const home = () => trialFolder(store, "example", trial.id)
const values = (value: number) => ({ psnr: { value, identity: { images: 4 } } })
const read = () => readEvaluations(home(), trial.id)
const found = () => read().evaluations.map(({ record }) => record.values.psnr?.value)
const withoutLinks: Link = () => {
  throw Object.assign(new Error("no links here"), { code: "EPERM" })
}

/** An attempt that trains and is judged. */
function train(value: number, link?: Link) {
  const attempt = anAttempt(store, trial, link === undefined ? {} : { link })
  attempt.judge(psnr, ofResult(result), values(value))
  attempt.finish(result)
  return attempt
}

test.each<[string, Link | undefined]>([
  ["with hard links", undefined],
  ["without", withoutLinks],
])("an evaluation has one name, which whoever comes first gets, %s", (_, link) => {
  train(1, link)
  const name = `${psnr.id}.${anExecution}.${anExecution}.json`
  expect(readdirSync(join(home(), "evaluations"))).toEqual([name])
  const late = anAttempt(store, trial, link === undefined ? {} : { link })
  late.judge(psnr, ofResult(result), values(2))
  late.close()
  expect(found()).toEqual([1])
})

test("a damaged evaluation counts as missing and is named, and the next one stands in its place", () => {
  const { folder } = train(1)
  truncateSync(join(folder, "evaluations", `${psnr.id}.json`), 40)
  const file = `evaluations/${psnr.id}.${anExecution}.${anExecution}.json`
  expect(read()).toEqual({ evaluations: [], broken: [file] })
  const again = anAttempt(store, trial)
  again.judge(psnr, ofResult(result), values(1))
  again.close()
  expect(found()).toEqual([1])
  expect(read().broken).toEqual([file])
})

test("what a process had written when it was killed is published by whoever looks next", () => {
  train(1)
  const killed = anAttempt(store, trial)
  killed.judge(ssim, ofResult(result), { ssim: { value: 0.5, identity: {} } })
  expect(read().evaluations).toHaveLength(1)
  expect(standingOf(store, "example", trial, someExecutions).missing).toEqual([])
  expect(read().evaluations).toHaveLength(2)
  publishEvaluations(home(), killed.folder)
  expect(read().evaluations).toHaveLength(2)
})

test("a value that is not finite is no value: nothing is written", () => {
  const attempt = anAttempt(store, trial)
  expect(() => attempt.judge(psnr, ofResult(result), values(Number.NaN))).toThrow(/psnr.value is NaN/)
  expect(readdirSync(attempt.folder)).not.toContain("evaluations")
})

test("an evaluation keeps only those of its source files that its attempt's manifest does not tell", () => {
  const attempt = anAttempt(store, trial)
  const sources = { "metrics/psnr.ts": "abc" }
  attempt.judge({ ...psnr, code: { ...psnr.code, sources } }, ofResult(result), values(1))
  attempt.finish(result)
  expect(read().evaluations[0]!.record.code.sources).toEqual(sources)
})
