import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { aPlan } from "../../testing/plan.ts"
import { keepPlan, readPlans } from "./keptPlan.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-plans-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2])
const asked = { file: "question.ts", overrides: ["seeds=2"] }

test("a plan is kept once for each way in which it was asked for", () => {
  const first = keepPlan(plan, store, asked, { date: "2026-01-01T00:00:00.000Z" })
  expect(first).toMatchObject({ number: 1, date: "2026-01-01T00:00:00.000Z", asked, plan })
  expect(keepPlan(plan, store, asked)).toEqual(first)
  expect(keepPlan(plan, store, { ...asked, overrides: [] }).number).toBe(2)
  expect(keepPlan({ ...plan, profile: "quick" }, store, asked).number).toBe(3)
  expect(readPlans(store, "example").plans.map(({ number }) => number)).toEqual([1, 2, 3])
})

test("who goes back to an earlier plan has that one as the newest, and each profile has its own", () => {
  const more = { ...plan, seeds: [1, 2, 3] }
  const quick = { ...plan, profile: "quick" }
  const numbers = [plan, more, quick, plan, quick, plan].map((each) => keepPlan(each, store, asked).number)
  expect(numbers).toEqual([1, 2, 3, 4, 3, 4])
})

test("what is kept is what is read, values that JSON does not know included", () => {
  const outputs = [{ name: "fid", higherIsBetter: false, unit: "", range: [0, Infinity] as const }]
  const kept = keepPlan({ ...plan, outputs }, store, asked)
  expect(readPlans(store, "example").plans).toEqual([kept])
})

test("no path of the machine is kept, neither of the definition nor of its data", () => {
  const trials = plan.trials.map((trial) => ({
    ...trial,
    source: { use: "folder", folder: "/home/ann/photos" },
  }))
  keepPlan({ ...plan, trials }, store, {
    file: "/home/ann/question.ts",
    overrides: ["data.folder=/home/ann/photos"],
  })
  const text = readFileSync(join(store, "example/plans/1.json"), "utf8")
  expect(text).not.toContain("/home/ann")
  expect(text).toContain("…/photos")
})

test("a plan that was edited is named and not read", () => {
  keepPlan(plan, store, asked)
  const file = join(store, "example/plans/1.json")
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace('"margin": 0.1', '"margin": 0.2').replace("Which one?", "Why?"),
  )
  expect(readPlans(store, "example")).toEqual({
    plans: [],
    damaged: [
      "The plan plans/1.json of example is damaged or was changed after it was written, and is not read.",
    ],
  })
})

test("a file with a number beyond counting keeps nobody from keeping a plan", () => {
  keepPlan(plan, store, asked)
  writeFileSync(join(store, "example/plans/100000000000000000000.json"), "{}")
  expect(keepPlan({ ...plan, seeds: [1] }, store, asked).number).toBe(2)
})

test("what a run used stands beside its plan, and stays where it is only planned again", () => {
  const used = { arms: { l1: "a" }, metrics: { psnr: "b" } }
  const kept = keepPlan(plan, store, asked, { used })
  expect(kept.used).toEqual(used)
  expect(keepPlan(plan, store, asked).number).toBe(kept.number)
  expect(keepPlan(plan, store, asked, { used: { metrics: { psnr: "b" }, arms: { l1: "a" } } }).number).toBe(
    kept.number,
  )
  const other = keepPlan(plan, store, asked, { used: { ...used, metrics: { psnr: "c" } } })
  expect([other.number, other.used?.metrics]).toEqual([kept.number + 1, { psnr: "c" }])
})
