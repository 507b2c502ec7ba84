import { expect, test } from "vitest"
import { detectableEffect, pairedTPower } from "./power.ts"

test("power agrees with scipy 1.17.1 nct.sf(c) + nct.cdf(-c)", () => {
  const golden = [
    [1, 5, 0.05, 0.40138991737179536],
    [0.5, 30, 0.05, 0.7539647157437906],
    [2, 3, 0.01, 0.12142177882976779],
    [1, 2, 0.05, 0.09280915505633605],
  ] as const
  for (const [effect, pairs, alpha, power] of golden) {
    expect(pairedTPower(effect, pairs, alpha)).toBeCloseTo(power, 8)
  }
})

test("without an effect the power is the level itself", () => {
  expect(pairedTPower(0, 5, 0.05)).toBeCloseTo(0.05, 9)
})

test("the detectable effect is that of scipy 1.17.1's noncentral t, and has the power asked for", () => {
  expect(detectableEffect(5, 0.05)).toBeCloseTo(1.6819969659555547, 7)
  expect(detectableEffect(10, 0.05)).toBeCloseTo(0.9960013714554438, 7)
  expect(pairedTPower(detectableEffect(5, 0.05), 5, 0.05)).toBeCloseTo(0.8, 8)
})
