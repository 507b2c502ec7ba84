import { stream } from "@saddlepoint/engine/random"
import { expect, test } from "vitest"
import { type PairedT, pairedT } from "../maths/statistics/pairedT.ts"
import { pairedTPower } from "../maths/statistics/power.ts"
import { seedsForExactTest } from "../maths/statistics/seedArithmetic.ts"
import { seedsNeeded } from "./seedsNeeded.ts"

const seen = (mean: number, pairs = 3): PairedT => ({
  pairs,
  mean,
  deviation: 1,
  low: 0,
  high: 0,
  pValue: 1,
  equivalenceP: () => 1,
})

test("so many seeds have about 80 % power by the noncentral t, and two fewer have less", () => {
  for (const effect of [0.3, 0.5, 0.8, 1.2]) {
    for (const comparisons of [1, 4, 10]) {
      const needed = seedsNeeded(seen(effect), null, 0.05, comparisons)!
      expect(pairedTPower(effect, needed, 0.05 / comparisons)).toBeGreaterThan(0.78)
      if (needed > seedsForExactTest(comparisons, 0.05)) {
        expect(pairedTPower(effect, needed - 2, 0.05 / comparisons)).toBeLessThan(0.8)
      }
    }
  }
})

test("a huge effect still needs what the exact test needs, and always more than there are", () => {
  expect(seedsNeeded(seen(100), null, 0.05, 1)).toBe(6)
  expect(seedsNeeded(seen(100), null, 0.05, 10)).toBe(9)
  expect(seedsNeeded(seen(100, 20), null, 0.05, 1)).toBe(21)
})

test("no difference at all, or next to none, has no number", () => {
  expect(seedsNeeded(seen(0), null, 0.05, 1)).toBeNull()
  expect(seedsNeeded(seen(0.01), null, 0.05, 1)).toBeNull()
})

test("inside the margin equivalence may be nearer: a wider margin and a difference near its middle need fewer seeds", () => {
  const needed = (mean: number, margin: number) => seedsNeeded(seen(mean), margin, 0.05, 1)!
  expect(needed(0, 1)).toBeLessThan(needed(0, 0.5))
  expect(needed(0.01, 1)).toBeLessThan(needed(0.2, 1))
  // Just inside, the difference itself is shown first.
  expect(needed(0.99, 1)).toBe(seedsNeeded(seen(0.99), null, 0.05, 1))
})

test("that many seeds show equivalence about as often as promised", () => {
  const draws = stream("test", "seeds needed")
  const seeds = seedsNeeded(seen(0.1), 0.8, 0.05, 2)!
  const studies = 2000
  let shown = 0
  for (let i = 0; i < studies; i++) {
    const differences = Array.from({ length: seeds }, () => draws.normal() + 0.1)
    const { equivalenceP } = pairedT(
      differences,
      differences.map(() => 0),
      0.05,
    )
    if (equivalenceP(0.8) <= 0.05 / 2) shown++
  }
  // Standard error 0.9 %; the normal approximation and the far end of the margin cost a little.
  expect(shown / studies).toBeGreaterThan(0.76)
  expect(shown / studies).toBeLessThan(0.9)
})
