import fc from "fast-check"
import { expect, test } from "vitest"
import { incompleteBeta } from "./incompleteBeta.ts"
import { type ProportionMethod, proportionInterval } from "./proportion.ts"

test("the intervals of 47 in 50 agree with statsmodels proportion_confint", () => {
  const golden = {
    wilson: [0.8378290831116182, 0.979385029651026],
    beta: [0.8345180533962271, 0.9874514121646659],
    "agresti-coull": [0.8316348266887461, 0.9855792860738981],
    normal: [0.8741732155597511, 1],
    jeffreys: [0.8484674369723397, 0.9828133509288488],
  }
  for (const [method, [low, high]] of Object.entries(golden)) {
    const got = proportionInterval(47, 50, 0.05, method as ProportionMethod)
    expect(got.low).toBeCloseTo(low!, 10)
    expect(got.high).toBeCloseTo(high!, 10)
  }
})

const counts = fc.tuple(fc.nat(300), fc.nat(300)).filter(([successes, failures]) => successes + failures > 0)
const methods = fc.constantFrom<ProportionMethod>("wilson", "beta", "agresti-coull", "normal", "jeffreys")

test("every interval lies in [0, 1], and successes and failures mirror it", () => {
  fc.assert(
    fc.property(counts, methods, ([successes, failures], method) => {
      const { low, high } = proportionInterval(successes, successes + failures, 0.05, method)
      const mirrored = proportionInterval(failures, successes + failures, 0.05, method)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(high)
      expect(mirrored.low).toBeCloseTo(1 - high, 9)
      expect(mirrored.high).toBeCloseTo(1 - low, 9)
    }),
  )
})

test("at the ends of the exact interval either tail of the binomial is alpha / 2", () => {
  fc.assert(
    fc.property(counts, ([successes, failures]) => {
      fc.pre(successes > 0 && failures > 0)
      const { low, high } = proportionInterval(successes, successes + failures, 0.1, "beta")
      // P(X >= k) at share p is I_p(k, n - k + 1); P(X <= k) is 1 - I_p(k + 1, n - k).
      expect(incompleteBeta(low, successes, failures + 1)).toBeCloseTo(0.05, 9)
      expect(1 - incompleteBeta(high, successes + 1, failures)).toBeCloseTo(0.05, 9)
    }),
  )
})

test("more successes than trials are refused", () => {
  expect(() => proportionInterval(3, 2, 0.05)).toThrow("Expected successes among at least one trial")
})
