import fc from "fast-check"
import { expect, test } from "vitest"
import {
  aJudgedResult,
  anEvaluation,
  anExecution,
  aResult,
  aTrial,
  executionsOf,
  ofResult,
} from "../../testing/plan.ts"
import type { StoredEvaluation } from "./evaluations.ts"
import { judged, missingEvaluations, type Taking } from "./judged.ts"

const bare = aTrial("one")
const trial = { ...bare, evaluations: [anEvaluation(bare), anEvaluation(bare, "ssim")] }
const result = aJudgedResult(trial)
const other = "f".repeat(16)

function stored(
  metric: string,
  value: number,
  more: { execution?: string; attempt?: number } = {},
): StoredEvaluation {
  const { id, code, preimage } = anEvaluation(bare, metric)
  const { execution = anExecution, attempt = 1 } = more
  const values = { [metric]: { value, identity: {} } }
  const record = {
    schema: 1,
    evaluation: id,
    metric,
    preimage,
    trial: trial.id,
    attempt,
    execution,
    code,
    metricCode: execution,
  } as const
  return { record: { ...record, of: ofResult(result), values }, file: `${metric}.${execution}.${attempt}` }
}

test("a result has the values of the plan's metrics, and names those that have not judged it", () => {
  const found = judged(trial, result, [stored("psnr", 20), stored("fid", 3)])
  expect(found.metrics).toEqual({ psnr: { value: 20, identity: { code: anExecution } } })
  expect(found.unjudged).toEqual(["ssim"])
  expect(missingEvaluations(trial, result, [stored("psnr", 20)], executionsOf(anExecution))).toEqual([
    trial.evaluations[1],
  ])
})

test("those who know what judges now take that and nothing else; the newest attempt's is for those who do not", () => {
  const both = [stored("psnr", 1, { attempt: 1 }), stored("psnr", 2, { execution: other, attempt: 2 })]
  const value = (taking: Taking = {}) => judged(trial, result, both, taking).metrics.psnr?.value
  const present = (execution: string) => value({ executions: executionsOf(execution) })
  expect([value(), present(anExecution), present(other), present("a".repeat(16))]).toEqual([
    2,
    1,
    2,
    undefined,
  ])
  expect([anExecution, other, "none"].map((psnr) => value({ codes: { psnr } }))).toEqual([1, 2, undefined])
  expect(value({ codes: { fid: "none" } })).toBe(2)
})

test("values of unlike codes have unlike identities, so that no verdict compares them", () => {
  const identityOf = (execution: string) =>
    judged(trial, result, [stored("psnr", 1, { execution })]).metrics.psnr!.identity
  expect(identityOf(anExecution)).not.toEqual(identityOf(other))
})

test("an evaluation of other weights, or of a result of another execution, is none of this result", () => {
  for (const change of [{ weightsSha256: "0".repeat(64) }, { execution: other }]) {
    const changed = { ...result, ...change }
    expect(judged(trial, changed, [stored("psnr", 1)]).metrics).toEqual({})
    expect(missingEvaluations(trial, changed, [stored("psnr", 1)], executionsOf(anExecution))).toHaveLength(2)
  }
})

test("nothing judges a trial that diverged, and a result of an earlier version has its values in it", () => {
  const diverged = aJudgedResult(trial, { status: "diverged" })
  expect(judged(trial, diverged, []).unjudged).toEqual([])
  expect(missingEvaluations(trial, diverged, [], executionsOf(anExecution))).toEqual([])
  const old = aResult(trial, { metrics: { psnr: { value: 7, identity: {} } } })
  expect(judged(trial, old, [])).toMatchObject({ metrics: { psnr: { value: 7 } }, unjudged: [] })
})

test("the order in which evaluations are read changes nothing", () => {
  const all = [
    stored("psnr", 1),
    stored("psnr", 2, { execution: other, attempt: 3 }),
    stored("ssim", 0.5, { attempt: 2 }),
  ]
  const expected = judged(trial, result, all)
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      expect(judged(trial, result, shuffled)).toEqual(expected)
    }),
  )
})
