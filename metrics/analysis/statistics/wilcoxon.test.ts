import fc from "fast-check"
import { expect, test } from "vitest"
import { smallestExactP } from "../../maths/statistics/seedArithmetic.ts"
import { wilcoxon } from "./wilcoxon.ts"

// scipy 1.10.1 scipy.stats.wilcoxon on these differences.
const x = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
const y = [0.7487, 0.1622, 2.7713, 1.7523, -1.2188, 0.462, 1.1398, -1.1753]
const differences = x.map((value, i) => value - y[i]!)

test("exact p and normal approximation agree with scipy 1.10.1", () => {
  expect(wilcoxon(differences)).toEqual({ statistic: 16, pValue: 0.84375 })
  expect(wilcoxon(differences, { alternative: "greater" }).pValue).toBeCloseTo(0.62890625, 12)
  expect(wilcoxon(differences, { method: "approx" }).pValue).toBeCloseTo(0.779434528427275, 12)
  expect(wilcoxon(differences, { method: "approx", continuity: true }).pValue).toBeCloseTo(
    0.8336348830246822,
    12,
  )
})

const quantised = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 })

/** The definition: all signs of the midranks of the differences other than zero. */
function byEnumeration(differences: readonly number[]): number {
  const kept = differences.filter((d) => d !== 0)
  const rank = (d: number) =>
    kept.filter((other) => Math.abs(other) < Math.abs(d)).length +
    (kept.filter((other) => Math.abs(other) === Math.abs(d)).length + 1) / 2
  const ranks = kept.map(rank)
  const centre = ranks.reduce((sum, r) => sum + r, 0) / 2
  const away = (positive: (i: number) => boolean) =>
    Math.abs(ranks.reduce((sum, r, i) => (positive(i) ? sum + r : sum), 0) - centre)
  const seen = away((i) => kept[i]! > 0)
  let extreme = 0
  for (let signs = 0; signs < 2 ** kept.length; signs++) {
    if (away((i) => ((signs >> i) & 1) === 1) >= seen) extreme++
  }
  return extreme / 2 ** kept.length
}

test("the exact p counts as enumeration does, with ties and zeros", () => {
  fc.assert(
    fc.property(quantised, (differences) => {
      fc.pre(differences.some((d) => d !== 0))
      expect(wilcoxon(differences).pValue).toBeCloseTo(byEnumeration(differences), 12)
    }),
  )
})

test("negating the differences swaps the one-sided alternatives and keeps the two-sided p", () => {
  fc.assert(
    fc.property(
      quantised,
      fc.constantFrom("wilcox", "pratt", "zsplit"),
      fc.constantFrom("exact", "approx"),
      (differences, zeros, method) => {
        fc.pre(differences.some((d) => d !== 0))
        const negated = differences.map((d) => -d)
        const p = (values: readonly number[], alternative: "two-sided" | "greater" | "less") =>
          wilcoxon(values, { alternative, zeros, method }).pValue
        expect(p(negated, "two-sided")).toBeCloseTo(p(differences, "two-sided"), 12)
        expect(p(negated, "greater")).toBeCloseTo(p(differences, "less"), 12)
      },
    ),
  )
})

test("n differences of one sign give the smallest p that n seeds can give", () => {
  for (const n of [1, 3, 5, 9, 30]) {
    const differences = Array.from({ length: n }, (_, i) => i + 1)
    expect(wilcoxon(differences).pValue).toBeCloseTo(smallestExactP(n), 14)
  }
})

test("differences that are all zero cannot be ranked", () => {
  expect(() => wilcoxon([0, 0])).toThrow("Expected at least one difference other than zero to rank")
})
