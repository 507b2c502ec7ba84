import fc from "fast-check"
import { expect, test } from "vitest"
import { cholesky } from "./cholesky.ts"

test("the factor times its transpose gives a positive definite matrix back", () => {
  const factors = fc
    .integer({ min: 1, max: 6 })
    .chain((size) =>
      fc.tuple(
        fc.constant(size),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size ** 2, maxLength: size ** 2 }),
      ),
    )
  fc.assert(
    fc.property(factors, ([size, raw]) => {
      const matrix = new Float64Array(size * size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = i === j ? 1 : 0
          for (let k = 0; k < size; k++) sum += raw[i * size + k]! * raw[j * size + k]!
          matrix[i * size + j] = sum
        }
      }
      const lower = cholesky(matrix, size)!
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0
          for (let k = 0; k < size; k++) sum += lower[i * size + k]! * lower[j * size + k]!
          expect(Math.abs(sum - matrix[i * size + j]!)).toBeLessThan(1e-12)
          if (j > i) expect(lower[i * size + j]).toBe(0)
        }
      }
    }),
  )
})

test("a singular, a zero and an indefinite matrix have no factor", () => {
  expect(cholesky(Float64Array.of(1, 1, 1, 1), 2)).toBeUndefined()
  expect(cholesky(new Float64Array(9), 3)).toBeUndefined()
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
})
