import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import { aTrial } from "../testing/plan.ts"
import { footprintKey, openFootprints } from "./footprint.ts"

let store = ""
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "footprint-"))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const file = () => join(store, "footprints.json")

test("what one seed was measured to take holds for every seed of the arm, on that model of GPU alone", () => {
  const footprints = openFootprints(store)
  footprints.keep(aTrial("gan", 1), "H100", 2000.2)
  expect(footprints.of(aTrial("gan", 5), "H100")).toBe(2001)
  expect(footprints.of(aTrial("gan", 1), "T4")).toBeUndefined()
  expect(footprints.of(aTrial("l1", 1), "H100")).toBeUndefined()
  expect(openFootprints(store).of(aTrial("gan", 9), "H100")).toBe(2001)
})

test("the highest peak stays", () => {
  const footprints = openFootprints(store)
  for (const peak of [1000, 3000, 2000]) footprints.keep(aTrial("gan"), "H100", peak)
  expect(openFootprints(store).of(aTrial("gan"), "H100")).toBe(3000)
})

test("whatever several processes measure in whatever order, each finds the highest of all", () => {
  const measured = fc.array(
    fc.record({
      by: fc.integer({ min: 0, max: 2 }),
      arm: fc.constantFrom("gan", "l1", "l2"),
      peak: fc.integer({ min: 1, max: 80_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  fc.assert(
    fc.property(measured, (script) => {
      rmSync(file(), { force: true })
      const processes = [0, 1, 2].map(() => openFootprints(store))
      for (const { by, arm, peak } of script) processes[by]!.keep(aTrial(arm), "H100", peak)
      for (const arm of new Set(script.map((one) => one.arm))) {
        const highest = Math.max(...script.filter((one) => one.arm === arm).map(({ peak }) => peak))
        expect(openFootprints(store).of(aTrial(arm), "H100")).toBe(highest)
      }
    }),
    { numRuns: 30 },
  )
})

test("what a race lost comes back with the next write", () => {
  const [ours, theirs] = [openFootprints(store), openFootprints(store)]
  ours.keep(aTrial("gan"), "H100", 100)
  rmSync(file())
  theirs.keep(aTrial("l1"), "H100", 200)
  ours.keep(aTrial("l2"), "H100", 300)
  const all = openFootprints(store)
  expect(["gan", "l1", "l2"].map((arm) => all.of(aTrial(arm), "H100"))).toEqual([100, 200, 300])
})

test("a damaged file and damaged values count as not measured, and are mended by the next write", () => {
  writeFileSync(file(), '{"schema":1,"peaks":{"')
  openFootprints(store).keep(aTrial("gan"), "H100", 100)
  expect(openFootprints(store).of(aTrial("gan"), "H100")).toBe(100)
  const key = footprintKey(aTrial("l1"), "H100")
  writeFileSync(
    file(),
    JSON.stringify({
      schema: 1,
      peaks: { [key]: "many", nonsense: 5, [footprintKey(aTrial("l2"), "H100")]: -1 },
    }),
  )
  const footprints = openFootprints(store)
  for (const arm of ["l1", "l2"]) expect(footprints.of(aTrial(arm), "H100")).toBeUndefined()
  footprints.keep(aTrial("l1"), "H100", 7)
  expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual({ schema: 1, peaks: { [key]: 7 } })
})
