import fc from "fast-check"
import { expect, test } from "vitest"
import { armPairs } from "./armPairs.ts"
import type { JudgedTrial } from "./evidence.ts"

const arms = ["l1", "gan", "twin"]
const trial = fc.record({
  arm: fc.constantFrom(...arms),
  seed: fc.integer({ min: 0, max: 6 }),
  status: fc.constantFrom<JudgedTrial["status"]>("completed", "diverged", "failed", "missing"),
  values: fc.constant({}),
})

test("a pair holds the trials that a search through the evidence finds first, and what it lacks is missing", () => {
  const seeds = fc.uniqueArray(fc.integer({ min: 0, max: 9 }))
  fc.assert(
    fc.property(fc.array(trial), seeds, fc.constantFrom(...arms), (trials, planned, challenger) => {
      const found = (arm: string, seed: number) =>
        trials.find((each) => each.arm === arm && each.seed === seed) ?? {
          arm,
          seed,
          status: "missing",
          values: {},
        }
      expect(armPairs({ seeds: planned, trials })({ challenger, baseline: "l1" })).toEqual(
        planned
          .toSorted((a, b) => a - b)
          .map((seed) => ({ seed, challenger: found(challenger, seed), baseline: found("l1", seed) })),
      )
    }),
  )
})

test("trials are put in order once, however many comparisons ask for them", () => {
  let looks = 0
  const trials = Array.from(
    { length: 100 },
    (_, seed): JudgedTrial => ({
      get arm() {
        looks++
        return "l1"
      },
      seed,
      status: "completed",
      values: {},
    }),
  )
  const pairsOf = armPairs({ seeds: trials.map(({ seed }) => seed), trials })
  const once = looks
  for (let comparison = 0; comparison < 50; comparison++) pairsOf({ challenger: "gan", baseline: "l1" })
  expect(looks).toBe(once)
})
