import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { MetricValue } from "../../contracts/result.ts"
import {
  aJudgedResult,
  anAttempt,
  anEvaluation,
  anExecution,
  aPlan,
  aResult,
  aTrial,
  ofResult,
  someFacts,
} from "../../testing/plan.ts"
import { keepPlan } from "../frozen/keptPlan.ts"
import { publishedResults } from "./publishedResults.ts"
import { longTable, publishedTable } from "./publishedRows.ts"
import { rowObjects } from "./table.ts"
import { wideRows, wideTable } from "./wideTable.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-wide-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const other = "f".repeat(16)
const asked = { file: "question.ts", overrides: [] }
const data = "d".repeat(64)

/** A trial of a method with a loss of some weight on a dataset called stripes. */
function weighted(arm: string, weight: number | string | JsonObject, seed = 1): Trial {
  const spec = { use: "pix2pix", losses: [{ use: "l1", weight }], data: { use: "stripes", size: 8 } }
  return aTrial(arm, seed, { preimage: { kind: "arm", spec, steps: 10, data, seed } })
}

const planned = (trials: readonly Trial[], more = {}) => ({ ...aPlan({}, []), trials, ...more })
const published = () => publishedResults(store, "example")
const wide = () => {
  const table = wideTable(wideRows(published()))
  return { ...table, objects: [...rowObjects(table)] }
}
const kindOf = (name: string) => wide().columns.find((column) => column.name === name)?.kind

/** A trial that is played and judged by one metric. */
function judge(trial: Trial, value: Partial<MetricValue> = {}, metric = "psnr", execution = anExecution) {
  const attempt = anAttempt(store, trial, { execution })
  const result = aJudgedResult(trial, { execution })
  const values = { [metric]: { value: 20, identity: { images: 4 }, ...value } }
  attempt.judge(anEvaluation(trial, metric, execution), ofResult(result), values)
  attempt.finish(result)
}

test("a result is one row, with every metric and every parameter of its arm as a column", () => {
  const [light, heavy] = [weighted("light", 1), weighted("heavy", 100)]
  keepPlan(planned([light, heavy]), store, asked)
  judge(light, { value: 20.5, noise: 0.25, identity: { images: 160 } })
  judge(heavy)
  const { objects } = wide()
  expect(objects.map(({ arm, psnr }) => [arm, psnr])).toEqual([
    ["heavy", 20],
    ["light", 20.5],
  ])
  expect(objects[1]).toMatchObject({
    experiment: "example",
    trial: light.id,
    seed: 1,
    execution: anExecution,
    status: "completed",
    evidence: null,
    dataset: "stripes",
    datasetDigest: data,
    "psnr.noise": 0.25,
    "psnr.unit": "dB",
    "psnr.higherIsBetter": true,
    "psnr.images": 160,
    "psnr.judging": anExecution,
    "method.losses[0].weight": 1,
    "method.budget.steps": 10,
    "method.data.use": "stripes",
  })
  expect(objects[0]!["psnr.noise"]).toBe(null)
})

test("a trial under two executions is two rows, and one that diverged is a row without values", () => {
  const [one, two] = [weighted("one", 1), weighted("two", 1, 2)]
  judge(one)
  judge(one, { value: 21 }, "psnr", other)
  anAttempt(store, two).finish(aJudgedResult(two, { status: "diverged", evidence: "It is NaN." }))
  expect(
    wide().objects.map(({ arm, execution, psnr, evidence }) => [arm, execution, psnr, evidence]),
  ).toEqual([
    ["one", anExecution, 20, null],
    ["one", other, 21, null],
    ["two", anExecution, null, "It is NaN."],
  ])
})

test("of a metric that judged twice the wide row has what the plan asks for, and the long form has both", () => {
  const trial = weighted("one", 1)
  const [wanted, newer] = [anEvaluation(trial), { ...anEvaluation(trial), id: "0".repeat(16) }]
  const attempt = anAttempt(store, trial)
  const result = aJudgedResult(trial)
  const of = ofResult(result)
  attempt.judge(wanted, of, { psnr: { value: 20, identity: {} } })
  attempt.finish(result)
  const again = anAttempt(store, trial)
  again.judge({ ...newer, execution: other }, of, { psnr: { value: 30, identity: {} } })
  again.close()
  expect(wide().objects.map(({ psnr }) => psnr)).toEqual([30])
  keepPlan(planned([{ ...trial, evaluations: [wanted] }]), store, asked)
  expect(wide().objects.map(({ psnr }) => psnr)).toEqual([20])
  expect(publishedTable(published()).rows.map(({ value, judging }) => [value, judging])).toEqual([
    [20, anExecution],
    [30, other],
  ])
})

test("of two evaluations by unlike code the wide row has that of the code that the last run judged with", () => {
  const trial = weighted("one", 1)
  const evaluation = anEvaluation(trial)
  const attempt = anAttempt(store, trial)
  const result = aJudgedResult(trial)
  attempt.judge(evaluation, ofResult(result), { psnr: { value: 20, identity: {} } })
  attempt.finish(result)
  const again = anAttempt(store, trial)
  const changed = { ...evaluation, execution: other, metricCode: "e".repeat(16) }
  again.judge(changed, ofResult(result), { psnr: { value: 30, identity: {} } })
  again.close()
  const plan = planned([{ ...trial, evaluations: [evaluation] }])
  const valueUsing = (psnr: string) => {
    keepPlan(plan, store, asked, { used: { arms: {}, metrics: { psnr } } })
    return wide().objects[0]!.psnr
  }
  expect(["c".repeat(16), "e".repeat(16)].map(valueUsing)).toEqual([20, 30])
})

test("profiles and the newest definition of each come from the kept plans, and of a search from its manifest", () => {
  const [shared, former, loose] = [weighted("a", 1), weighted("b", 2), weighted("c", 3)]
  for (const trial of [shared, former, loose]) judge(trial)
  const hash = (digit: string) => digit.repeat(64)
  keepPlan(planned([shared, former], { hash: hash("1") }), store, asked)
  keepPlan(planned([shared], { profile: "quick", hash: hash("2") }), store, asked)
  keepPlan(planned([shared], { hash: hash("3") }), store, asked)
  const facts = ({ arm, profile, definition }: Record<string, unknown>) => [arm, profile, definition]
  const expected = [
    ["a", "default quick", `${hash("3")} ${hash("2")}`],
    ["b", "default", hash("1")],
    ["c", "quick", someFacts.plan.hash],
  ]
  expect(wide().objects.map(facts)).toEqual(expected)
  expect([...rowObjects(longTable(publishedTable(published()).rows))].map(facts)).toEqual(expected)
})

test("where the manifest is lost, the kept plan still knows the parameters", () => {
  const trial = weighted("one", 7)
  judge(trial)
  keepPlan(planned([trial]), store, asked)
  rmSync(join(published().results[0]!.folder, "manifest.json"))
  expect(wide().objects[0]).toMatchObject({ engine: null, dataset: "stripes", "method.losses[0].weight": 7 })
})

test("results of earlier versions, which have their values in them, have them in the table", () => {
  const trial = weighted("one", 1)
  anAttempt(store, trial).finish(aResult(trial))
  expect(wide().objects[0]).toMatchObject({ psnr: 20, "psnr.images": 4, "psnr.judging": null })
})

test("numbers among parameters are float64, and what is a number in one arm and a word in another is text", () => {
  judge(weighted("one", 1))
  expect(kindOf("method.losses[0].weight")).toBe("number")
  judge(weighted("two", "auto"))
  expect(kindOf("method.losses[0].weight")).toBe("text")
  expect(wide().objects.map((row) => row["method.losses[0].weight"])).toEqual(["1", "auto"])
  judge(weighted("three", { use: "linear", end: 0.5 }))
  const linear = wide().objects.find(({ arm }) => arm === "three")
  expect(linear).toMatchObject({ "method.losses[0].weight": null, "method.losses[0].weight.end": 0.5 })
})

test("a metric that is called as another column gives way to it", () => {
  judge(weighted("one", 1), { value: 3 }, "seconds")
  const { columns, objects } = wide()
  expect(objects[0]).toMatchObject({ seconds: 1.5, "metric.seconds": 3, "metric.seconds.images": 4 })
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
})
