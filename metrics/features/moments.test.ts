import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { addVectors, mergeMoments, noMoments, settledMoments } from "./moments.ts"

const size = 3

function vectors(count: number, mean = 0): Float64Array {
  const source = stream(count, "moments.test")
  return Float64Array.from({ length: count * size }, () => mean + source.normal())
}

test("mean and covariance of three points on a line are as by hand", () => {
  // x = 1, 2, 3 and y = 2 x: variances 1 and 4, covariance 2, with n - 1 = 2.
  const { count, mean, covariance } = settledMoments(
    addVectors(noMoments(2), Float64Array.of(1, 2, 2, 4, 3, 6)),
  )
  expect(count).toBe(3)
  expect([...mean]).toEqual([2, 4])
  expect([...covariance]).toEqual([1, 2, 2, 4])
})

test("moments do not depend on how the vectors are cut into blocks, nor on where blocks are merged", () => {
  const rows = vectors(20)
  const whole = settledMoments(addVectors(noMoments(size), rows))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)]
      const left = addVectors(noMoments(size), rows.subarray(0, first * size))
      const middle = addVectors(noMoments(size), rows.subarray(first * size, second * size))
      const right = addVectors(noMoments(size), rows.subarray(second * size))
      const merged = settledMoments(mergeMoments(left, mergeMoments(middle, right)))
      expect(merged.count).toBe(20)
      for (let i = 0; i < size * size; i++) {
        expect(Math.abs(merged.covariance[i]! - whole.covariance[i]!)).toBeLessThan(1e-13)
      }
      for (let i = 0; i < size; i++) {
        expect(Math.abs(merged.mean[i]! - whole.mean[i]!)).toBeLessThan(1e-14)
      }
    }),
  )
})

test("a mean far from zero costs no digits of the covariance", () => {
  const rows = vectors(64)
  const near = settledMoments(addVectors(noMoments(size), rows))
  const far = settledMoments(
    addVectors(
      noMoments(size),
      rows.map((value) => value + 2 ** 20),
    ),
  )
  // Adding 2^20 itself rounds to 2^-33; a sum of squares minus n mean^2 would lose 1e-4.
  for (let i = 0; i < size * size; i++) {
    expect(Math.abs(near.covariance[i]! - far.covariance[i]!)).toBeLessThan(1e-8)
  }
})

test("fewer than two vectors, and rows that do not fit, are refused in one sentence", () => {
  expect(() => settledMoments(addVectors(noMoments(2), Float64Array.of(1, 2)))).toThrow(
    "Expected at least 2 feature vectors for a covariance, but got 1; judge more images.",
  )
  expect(() => addVectors(noMoments(2), new Float64Array(3))).toThrow(
    "Expected rows of 2 features, but got 3 numbers in all.",
  )
})
