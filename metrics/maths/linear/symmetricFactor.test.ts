import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { symmetricFactor } from "./symmetricFactor.ts"

/** `B B^T` of a random `[size, rank]` matrix. */
function semidefinite(size: number, rank: number, seed: number): Float64Array {
  const source = stream(seed, "symmetricFactor.test")
  const root = Float64Array.from({ length: size * rank }, () => source.normal())
  return timesTranspose(root, size, rank)
}

function timesTranspose(factor: Float64Array, size: number, rank: number): Float64Array {
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < rank; k++) matrix[i * size + j]! += factor[i * rank + k]! * factor[j * rank + k]!
    }
  }
  return matrix
}

test("the factor times its transpose gives the matrix back, at any rank", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer(),
      (size, most, seed) => {
        const given = Math.min(size, most)
        const matrix = semidefinite(size, given, seed)
        const { factor, rank } = symmetricFactor(matrix, size)
        expect(rank).toBeGreaterThanOrEqual(given)
        timesTranspose(factor, size, rank).forEach((value, i) => {
          expect(Math.abs(value - matrix[i]!)).toBeLessThan(1e-11)
        })
      },
    ),
  )
})

test("it holds over several panels", () => {
  const size = 150
  const matrix = semidefinite(size, size + 20, 1)
  const { factor, rank } = symmetricFactor(matrix, size)
  expect(rank).toBe(size)
  timesTranspose(factor, size, rank).forEach((value, i) => {
    expect(Math.abs(value - matrix[i]!)).toBeLessThan(1e-10)
  })
})

test("a singular matrix has a factor of as many columns as its rank", () => {
  expect(symmetricFactor(Float64Array.of(1, 2, 2, 4), 2)).toEqual({ factor: Float64Array.of(1, 2), rank: 1 })
})

test("a matrix of zeros has a factor without columns", () => {
  expect(symmetricFactor(new Float64Array(9), 3).rank).toBe(0)
})
