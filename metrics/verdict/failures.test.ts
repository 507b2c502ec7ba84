import fc from "fast-check"
import { expect, test } from "vitest"
import type { JudgedTrial } from "./evidence.ts"
import { verdictsOnFailures } from "./failures.ts"

type Status = JudgedTrial["status"]

const contest = (statuses: readonly (readonly [Status, Status])[], names = ["gan", "l1"]) => {
  const [challenger, baseline] = names as [string, string]
  const trial = (arm: string, seed: number, status: Status): JudgedTrial => ({
    arm,
    seed,
    status,
    values: {},
  })
  return {
    challenger,
    baseline,
    alpha: 0.05,
    pairs: statuses.map(([ours, theirs], seed) => ({
      seed,
      challenger: trial(challenger, seed, ours),
      baseline: trial(baseline, seed, theirs),
    })),
  }
}

test("six seeds on which only the challenger fails show that it fails more, five do not", () => {
  const failing = (seeds: number) =>
    contest(
      Array.from({ length: seeds }, (_, i) => [i % 2 === 0 ? "failed" : "diverged", "completed"] as const),
    )
  const [six] = verdictsOnFailures([failing(6)])
  expect(six).toMatchObject({ outcome: "fails more", challenger: 6, baseline: 0, planned: 6 })
  expect(six!.pValue).toBeCloseTo(2 / 64, 14)
  expect(six!.sentence).toBe(
    "Failed or diverged: 6 of 6 seeds of gan, 0 of l1 (exact p 0.031): gan fails more often than l1.",
  )
  expect(verdictsOnFailures([failing(5)])[0]!.outcome).toBe("no difference shown")
})

test("several pairs of arms are one family", () => {
  const six = contest(Array.from({ length: 6 }, () => ["failed", "completed"] as const))
  const verdicts = verdictsOnFailures([six, { ...six, challenger: "twin" }])
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(["no difference shown", "no difference shown"])
  expect(verdicts[0]!.adjustedP).toBeCloseTo(4 / 64, 14)
})

test("a seed that was not played in both arms counts as lost, but does not enter the test", () => {
  const [verdict] = verdictsOnFailures([
    contest([
      ["failed", "missing"],
      ["completed", "completed"],
    ]),
  ])
  expect(verdict).toMatchObject({ challenger: 1, baseline: 0, pValue: 1 })
})

test("swapping the arms mirrors the outcome", () => {
  const status = fc.constantFrom<Status>("completed", "diverged", "failed", "missing")
  const mirror = {
    "fails more": "fails less",
    "fails less": "fails more",
    "no difference shown": "no difference shown",
  }
  fc.assert(
    fc.property(fc.array(fc.tuple(status, status), { maxLength: 14 }), (statuses) => {
      const [there] = verdictsOnFailures([contest(statuses)])
      const [back] = verdictsOnFailures([contest(statuses.map(([a, b]) => [b, a] as const))])
      expect(back!.outcome).toBe(mirror[there!.outcome])
      expect(back!.pValue).toBe(there!.pValue)
    }),
  )
})
