import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { keepPlan } from "@saddlepoint/lab/store/frozen/keptPlan"
import { aPlan } from "@saddlepoint/lab/testing/plan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { afterAll, expect, test } from "vitest"
import { isMeantAsFile, otherProfiles, storedPlan } from "./storedPlan.ts"
import { temporaryFolder } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2])
const asked = { file: "question.ts", overrides: [] }

const planOf = (store: string, profile?: string) =>
  Effect.runPromise(
    storedPlan({ store, experiment: "example", profile: Option.fromUndefinedOr(profile), set: [] }),
  )

test("a name stands for what was asked last, of its profile or the only one there is", async () => {
  const store = join(place.folder, "several")
  const more = { ...plan, seeds: [1, 2, 3] }
  keepPlan({ ...plan, profile: "quick" }, store, asked)
  expect((await planOf(store)).plan.profile).toBe("quick")
  for (const each of [plan, more, plan]) keepPlan(each, store, asked)
  expect((await planOf(store)).plan.seeds).toEqual([1, 2])
  expect((await planOf(store, "quick")).plan.profile).toBe("quick")
  await expect(planOf(store, "real")).rejects.toThrow(
    "it keeps profile quick, one without a profile; give one with --profile.",
  )
})

test("where a plan has no result, other profiles that were asked for are named", () => {
  const store = join(place.folder, "profiles")
  keepPlan({ ...plan, profile: "quick" }, store, asked)
  expect(otherProfiles(store, plan)).toBe(
    "There is no result of example without a profile yet; this run store has been asked for it with --profile quick.",
  )
  expect(otherProfiles(store, { ...plan, profile: "quick" })).toBeUndefined()
})

test("why there is no plan is told as it is: of a search, of changed plans, of an earlier version", async () => {
  const store = (name: string, file: string, text: string) => {
    const folder = join(place.folder, name, "example", file, "..")
    mkdirSync(folder, { recursive: true })
    mkdirSync(join(place.folder, name, "example", "trials"), { recursive: true })
    writeFileSync(join(place.folder, name, "example", file), text)
    return join(place.folder, name)
  }
  await expect(planOf(store("search", "choice.json", "{}"))).rejects.toThrow("it is a search")
  await expect(planOf(store("edited", "plans/1.json", "{}"))).rejects.toThrow(
    "it keeps none that is as it was written",
  )
  await expect(planOf(store("old", "registrations/1.json", "{}"))).rejects.toThrow("of an earlier version")
})

test("a file that happens to be called as an experiment of the store is not meant", () => {
  const name = join(place.folder, place.write("example", ""))
  const store = join(place.folder, "named")
  expect(isMeantAsFile(store, name)).toBe(true)
  keepPlan(plan, store, asked)
  const before = process.cwd()
  process.chdir(place.folder)
  try {
    expect(isMeantAsFile(store, "example")).toBe(false)
    expect(isMeantAsFile(store, place.write("example.yaml", ""))).toBe(true)
    expect(isMeantAsFile(store, "nothing.yaml")).toBe(false)
  } finally {
    process.chdir(before)
  }
})
