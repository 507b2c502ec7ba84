import { expect, test } from "vitest"
import { faultsOf, summaryOf, type WorkspaceOutcome } from "./summary.ts"

const engine: WorkspaceOutcome = {
  name: "engine",
  typecheck: 0,
  test: 0,
  counts: { passed: 812, failed: 0, skipped: 34 },
}
const core: WorkspaceOutcome = {
  name: "core",
  typecheck: 2,
  test: 1,
  counts: { passed: 66, failed: 1, skipped: 0 },
}
const lab: WorkspaceOutcome = { name: "lab", typecheck: 0, test: 1 }

test("every workspace has a line, and all have a sum", () => {
  expect(summaryOf([engine, { ...engine, name: "core" }])).toBe(
    [
      "tests   passed  failed  skipped",
      "engine     812       0       34",
      "core       812       0       34",
      "all       1624       0       68",
      "types: right in engine, core",
      "Nothing failed.",
    ].join("\n"),
  )
})

test("who failed is named at the end, with what failed", () => {
  expect(summaryOf([engine, core, lab]).split("\n").slice(1)).toEqual([
    "engine     812       0       34",
    "core        66       1        0",
    "lab          -       -        -",
    "all        878       1       34",
    "types: wrong in core",
    "Failed: core (its types are wrong; 1 failed), lab (its tests left no results). What they wrote stands above.",
  ])
})

test("tests that all passed and ended with an error failed", () => {
  expect(faultsOf({ ...engine, test: 1 })).toEqual(["its tests ended with code 1"])
})

test("what was not asked for is neither counted nor at fault", () => {
  expect(summaryOf([{ name: "engine", typecheck: 0 }, { name: "core" }])).toBe(
    "types: right in engine\nNothing failed.",
  )
})

test("types that build on wrong ones are told as not checked, and only the wrong ones are at fault", () => {
  const later: WorkspaceOutcome = { name: "lab", typecheck: "not checked" }
  expect(summaryOf([{ name: "core", typecheck: 2 }, later])).toBe(
    "types: wrong in core; not checked in lab\nFailed: core (its types are wrong). What they wrote stands above.",
  )
})
