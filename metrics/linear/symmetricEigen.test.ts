import fc from "fast-check"
import { expect, test } from "vitest"
import { symmetricEigen } from "./symmetricEigen.ts"

const symmetric = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc
    .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: size * size, maxLength: size * size })
    .map((values) => {
      const matrix = new Float64Array(size * size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          matrix[i * size + j] = values[i * size + j]!
          matrix[j * size + i] = values[i * size + j]!
        }
      }
      return { size, matrix }
    }),
)

test("vectors times values times vectors gives the matrix back, and the vectors are orthonormal", () => {
  fc.assert(
    fc.property(symmetric, ({ size, matrix }) => {
      const { values, vectors } = symmetricEigen(matrix, size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let rebuilt = 0
          let product = 0
          for (let k = 0; k < size; k++) {
            rebuilt += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!
            product += vectors[k * size + i]! * vectors[k * size + j]!
          }
          expect(Math.abs(rebuilt - matrix[i * size + j]!)).toBeLessThan(1e-12 * 10 * size)
          expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-13 * size)
        }
      }
    }),
  )
})

test("the eigenvalues of [[2, 1], [1, 2]] are 1 and 3", () => {
  // By hand: (2 - x)^2 = 1.
  const { values } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
  expect([...values].sort()).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)])
})

test("a matrix that is not finite is refused in one sentence", () => {
  expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(
    "Expected a matrix of finite numbers for its eigenvalues, but one is not finite.",
  )
})
