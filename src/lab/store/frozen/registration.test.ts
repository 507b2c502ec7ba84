import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import { afterEach, beforeEach, expect, test } from "vitest"
import { anAttempt, aPlan, aResult } from "../../testing/plan.ts"
import { readRegistrations, register, registrationInWords, registrationState } from "./registration.ts"

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-registration-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const date = "2026-01-02T03:04:05.000Z"
const planOf = (definition: JsonObject, profile?: string) =>
  aPlan({ l1: "baseline" }, [1, 2], {
    definition,
    hash: contentHash(definition),
    ...(profile === undefined ? {} : { profile }),
  })
const folder = () => join(store, "example", "registrations")

test("a definition is frozen once, with its date, before the first trial", () => {
  const plan = planOf({ seeds: [1, 2] })
  expect(register(plan, store, "plan", date)).toMatchObject({
    isNew: true,
    registration: { number: 1, date },
  })
  expect(register(plan, store, "run").isNew).toBe(false)
  expect(readdirSync(folder())).toEqual(["1.json"])
  expect(registrationInWords(registrationState(plan, store))).toEqual([
    `Registered on ${date}, definition ${plan.hash.slice(0, 16)}, before the first trial.`,
  ])
})

test("results that existed already are told", () => {
  const plan = planOf({ seeds: [1, 2] })
  anAttempt(store, plan.trials[0]!).finish(aResult(plan.trials[0]!))
  expect(register(plan, store, "run", date).registration.resultsBefore).toEqual({ plan: 1, experiment: 1 })
  expect(registrationInWords(registrationState(plan, store))[0]).toContain(
    "1 of its trials had results already",
  )
})

test("a changed definition is a registration of its own that says what changed since the first", () => {
  register(planOf({ seeds: [1, 2] }), store, "plan", date)
  const later = planOf({ seeds: [1, 2, 3] })
  expect(registrationState(later, store).own).toBeUndefined()
  expect(registrationInWords(registrationState(later, store))).toEqual([
    expect.stringContaining("The definition is not the one that was registered on"),
  ])
  expect(register(later, store, "run").registration.number).toBe(2)
  expect(registrationState(later, store)).toMatchObject({
    own: { number: 2 },
    first: { number: 1 },
    changes: [{ path: "seeds", after: 3 }],
  })
})

test("profiles are registered apart", () => {
  register(planOf({ seeds: [1] }), store, "plan")
  const quick = planOf({ seeds: [1] }, "quick")
  expect(registrationState(quick, store)).toEqual({ changes: [], damaged: [] })
  expect(register(quick, store, "plan").registration.number).toBe(2)
})

test("a registration that was altered or cut off is told in a sentence, and its number is not taken again", () => {
  const plan = planOf({ seeds: [1, 2] })
  register(plan, store, "plan", date)
  const file = join(folder(), "1.json")
  const whole = readFileSync(file, "utf8")
  for (const text of [whole.replace("1,", "7,"), whole.slice(0, 60)]) {
    writeFileSync(file, text)
    const { registrations, damaged } = readRegistrations(store, "example")
    expect(registrations).toEqual([])
    expect(damaged).toEqual([expect.stringContaining("registrations/1.json of example is damaged")])
  }
  expect(register(plan, store, "plan").registration.number).toBe(2)
})
