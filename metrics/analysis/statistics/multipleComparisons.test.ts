import fc from "fast-check"
import { expect, test } from "vitest"
import { adjustedP, type Correction } from "./multipleComparisons.ts"

test("adjusted p values agree with statsmodels multipletests", () => {
  const p = [0.006737, 0.02826, 0.01887, 0.06997, 0.07025, 0.1144, 0.004819, 0.06997, 0.001839, 0.002551]
  const golden: Partial<Record<Correction, readonly number[]>> = {
    bonferroni: [0.06737, 0.2826, 0.1887, 0.6997, 0.7025, 1, 0.04819, 0.6997, 0.01839, 0.02551],
    fdr_bh: [
      0.0168425, 0.0471, 0.03774, 0.07805555555555556, 0.07805555555555556, 0.1144, 0.016063333333333336,
      0.07805555555555556, 0.012755, 0.012755,
    ],
    fdr_by: [
      0.049331147817460314, 0.13795440476190476, 0.1105392619047619, 0.22862224426807762, 0.22862224426807762,
      0.33507396825396824, 0.04704899338624339, 0.22862224426807762, 0.03735899007936507, 0.03735899007936507,
    ],
    "holm-sidak": [
      0.046216499709473585, 0.13353624515394136, 0.10801134237078173, 0.25185146248943957,
      0.25185146248943957, 0.25185146248943957, 0.037907992073597074, 0.25185146248943957,
      0.018238557480766745, 0.02272611551640387,
    ],
  }
  for (const [correction, expected] of Object.entries(golden)) {
    adjustedP(p, correction as Correction).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12)
    })
  }
})

const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })

test("all stay in [p, 1]; Holm-Sidak is below Holm, Holm below Bonferroni, BH below BY", () => {
  fc.assert(
    fc.property(family, (p) => {
      const by = (correction: Correction) => adjustedP(p, correction)
      const [bonferroni, holm, sidak, bh, byRule] = (
        ["bonferroni", "holm", "holm-sidak", "fdr_bh", "fdr_by"] as const
      ).map(by)
      p.forEach((value, i) => {
        for (const adjusted of [bonferroni!, holm!, sidak!, bh!, byRule!]) {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(value * (1 - 1e-12))
          expect(adjusted[i]!).toBeLessThanOrEqual(1)
        }
        expect(sidak![i]!).toBeLessThanOrEqual(holm![i]! * (1 + 1e-12))
        expect(holm![i]!).toBeLessThanOrEqual(bonferroni![i]!)
        expect(bh![i]!).toBeLessThanOrEqual(byRule![i]! * (1 + 1e-12))
      })
    }),
  )
})

test("what is no p value is refused", () => {
  expect(() => adjustedP([1.2], "fdr_bh")).toThrow("Expected p values in [0, 1], but got 1.2.")
})
