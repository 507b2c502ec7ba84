import fc from "fast-check"
import { expect, test } from "vitest"
import { friedman } from "./friedman.ts"
import { kolmogorovSmirnov } from "./kolmogorovSmirnov.ts"
import { midranks, tieCorrection } from "./ranks.ts"

test("midranks share ranks among equal values", () => {
  expect(midranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2])
  expect(tieCorrection([3, 1, 3, 2, 0, -0])).toBe(12) // two pairs: 2 x (8 - 2)
})

test("ranks always add up to n (n + 1) / 2", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }), (values) => {
      const sum = midranks(values).reduce((total, rank) => total + rank, 0)
      expect(sum).toBe((values.length * (values.length + 1)) / 2)
    }),
  )
})

test("Friedman's test agrees with scipy 1.10.1 on eight blocks of four", () => {
  const blocks = [
    [0.056, 0.232, 0.65, 0.718],
    [0.48, 0.338, 0.39, 0.859],
    [0.511, 0.875, 0.946, 0.936],
    [0.493, 0.601, 0.207, 0.956],
    [0.987, 0.829, 0.538, 0.084],
    [0.314, 0.106, 0.205, 0.326],
    [0.502, 0.878, 0.261, 0.53],
    [0.844, 0.137, 0.4, 0.568],
  ]
  expect(friedman(blocks).statistic).toBeCloseTo(4.05, 12)
  expect(friedman(blocks).pValue).toBeCloseTo(0.2561154038420287, 12)
  expect(friedman(blocks).meanRanks).toEqual([2.5, 2.125, 2.125, 3.25])
  expect(() => friedman([[1, 2], [1]])).toThrow("Expected at least two blocks")
})

const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 })

test("the Kolmogorov-Smirnov p of distinct values counts all ways to deal them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (n, m, choice) => {
      const pooled = Array.from({ length: n + m }, (_, i) => i)
      const deals: { first: number[]; second: number[] }[] = []
      for (let set = 0; set < 2 ** pooled.length; set++) {
        const first = pooled.filter((_, i) => (set >> i) & 1)
        if (first.length === n) deals.push({ first, second: pooled.filter((_, i) => !((set >> i) & 1)) })
      }
      const { first, second } = deals[choice % deals.length]!
      const seen = kolmogorovSmirnov(first, second)
      const reached = deals.filter(
        (deal) => kolmogorovSmirnov(deal.first, deal.second).statistic >= seen.statistic - 1e-12,
      )
      expect(seen.pValue).toBeCloseTo(reached.length / deals.length, 12)
    }),
    { numRuns: 40 },
  )
})

test("equal samples have no gap, and swapping changes nothing", () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      expect(kolmogorovSmirnov(first, first)).toEqual({ statistic: 0, pValue: 1 })
      const there = kolmogorovSmirnov(first, second)
      const back = kolmogorovSmirnov(second, first)
      expect(back.statistic).toBe(there.statistic)
      expect(back.pValue).toBeCloseTo(there.pValue, 12)
    }),
  )
})
