import { expect, test } from "vitest"
import { mcnemar } from "./mcnemar.ts"
import { fairCoinP, signTest } from "./signTest.ts"

test("McNemar's test agrees with statsmodels on 12 against 25 discordant cases", () => {
  expect(mcnemar(12, 25).statistic).toBe(12)
  expect(mcnemar(12, 25).pValue).toBeCloseTo(0.04703102743951604, 12)
  expect(mcnemar(12, 25, "chi-square").pValue).toBeCloseTo(0.03258279838561265, 12)
  expect(mcnemar(12, 25, "chi-square, corrected").pValue).toBeCloseTo(0.04851973828025081, 12)
  expect(mcnemar(0, 0).pValue).toBe(1)
})

test("a fair coin's p is the sum of binomial terms, also for very many tosses", () => {
  expect(fairCoinP(0, 5)).toBeCloseTo(0.0625, 14)
  expect(fairCoinP(2, 10)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024, 14)
  expect(fairCoinP(3000, 6000)).toBe(1)
  expect(fairCoinP(2800, 6000)).toBeGreaterThan(0)
  expect(signTest([1, 2, 0, -1, 3]).statistic).toBe(3)
})
