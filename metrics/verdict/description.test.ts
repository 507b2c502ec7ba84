import fc from "fast-check"
import { expect, test } from "vitest"
import { describe, differenceIntervals } from "./description.ts"
import { seedScores } from "./seedScores.ts"

const scores = (values: readonly number[]) => seedScores(values.map((value, seed) => [seed, value] as const))

test("bootstrap intervals are marked descriptive below 20 seeds, with the coverage that was measured", () => {
  const few = differenceIntervals([1, 2, 3, 4, 5], 0.05)
  expect(few.descriptive).toBe(true)
  expect(few.coverage!.percentile).toBeGreaterThan(0.8)
  expect(few.coverage!.percentile).toBeLessThan(0.86)
  expect(few.sentence).toMatch(
    /^Bootstrap intervals of the mean difference at 95 %: percentile [\d.]+ to [\d.]+, BCa .*; descriptive only, as 5 seeds are fewer than 20; with normal differences such intervals held the true one in 83.* % and 82.* % of simulated studies\.$/,
  )
  const many = differenceIntervals(
    Array.from({ length: 20 }, (_, i) => i),
    0.05,
  )
  expect(many).toMatchObject({ descriptive: false, coverage: null })
  expect(differenceIntervals([1, 2, 3], 0.1).coverage).toBeNull()
})

test("effects point the way of the metric, the probability of improvement the way of better", () => {
  const [low, high] = [scores([1, 2, 3]), scores([2, 3, 4.5])]
  const description = describe(high, low, false, 0.05)
  expect(description.cliffsDelta).toBeCloseTo(5 / 9, 12) // 6 of 9 pairs larger, 1 smaller
  expect(description.probabilityOfImprovement).toBeCloseTo(2 / 9, 12)
  expect(describe(high, low, true, 0.05).probabilityOfImprovement).toBeCloseTo(7 / 9, 12)
  expect(description.pairedD).toBeCloseTo(3.5 / 3 / Math.sqrt(1 / 12), 12) // differences 1, 1, 1.5
})

test("differences without spread have no paired d and no BCa interval", () => {
  const { bootstrap, pairedD } = describe(scores([2, 3]), scores([1, 2]), true, 0.05)
  expect(pairedD).toBeNull()
  expect(bootstrap).toMatchObject({ percentile: { low: 1, high: 1 }, bca: null })
})

test("swapping the arms mirrors percentile intervals", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 12 }),
      (differences) => {
        const { percentile } = differenceIntervals(differences, 0.05)
        const mirrored = differenceIntervals(
          differences.map((d) => -d),
          0.05,
        ).percentile
        expect(mirrored.low).toBeCloseTo(-percentile.high, 9)
        expect(mirrored.high).toBeCloseTo(-percentile.low, 9)
      },
    ),
    { numRuns: 30 },
  )
})
