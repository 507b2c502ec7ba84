import { expect, test } from "vitest"
import { mean, meanInterval, standardDeviation } from "./mean.ts"

test("mean and standard deviation are those of hand arithmetic", () => {
  expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5)
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14)
})

test("the mean of large values of small spread loses no digits", () => {
  expect(mean([1e15 + 1, 1e15 + 2, 1e15 + 3])).toBe(1e15 + 2)
})

test("the 95 % interval agrees with scipy 1.10.1", () => {
  // Nine digits: the t quantile of scipy 1.10.1 at 7 degrees of freedom is off by 6e-10 (mpmath gives ours).
  const values = [0.2763, -1.8546, 0.6239, 1.1453, 1.0372, 1.8866, -0.1117, -0.3621]
  const { low, high } = meanInterval(values, 0.05)
  expect(low).toBeCloseTo(-0.624337882459079, 9)
  expect(high).toBeCloseTo(1.284562882459079, 9)
})

test("too few values are refused with a sentence", () => {
  expect(() => mean([])).toThrow("Expected at least one value for a mean, but got none.")
  expect(() => standardDeviation([1])).toThrow(
    "Expected at least two values for a standard deviation, but got 1.",
  )
})
