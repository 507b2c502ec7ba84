import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { jacobi } from "./jacobi.ts"
import { symmetricEigenvalues } from "./symmetricEigenvalues.ts"

function symmetric(size: number, seed: number): Float64Array {
  const source = stream(seed, "jacobi.test")
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = source.normal()
  }
  return matrix
}

test("[[2, 1], [1, 2]] has the eigenvalues 3 and 1 along the diagonals", () => {
  // By hand: (2 - x)^2 = 1.
  const { values, vectors } = jacobi(Float64Array.of(2, 1, 1, 2), 2)
  expect([...values]).toEqual([expect.closeTo(3, 14), expect.closeTo(1, 14)])
  expect(vectors[0]! / vectors[2]!).toBeCloseTo(1, 14)
  expect(vectors[1]! / vectors[3]!).toBeCloseTo(-1, 14)
})

test("A v = value v for every pair, values are those of the other method, and vectors are orthonormal", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 }), fc.integer(), (size, seed) => {
      const matrix = symmetric(size, seed)
      const { values, vectors } = jacobi(matrix, size)
      const others = [...symmetricEigenvalues(matrix, size)].sort((a, b) => b - a)
      for (let k = 0; k < size; k++) {
        expect(Math.abs(values[k]! - others[k]!)).toBeLessThan(1e-12)
        for (let row = 0; row < size; row++) {
          let [image, product] = [0, 0]
          for (let j = 0; j < size; j++) {
            image += matrix[row * size + j]! * vectors[j * size + k]!
            product += vectors[j * size + k]! * vectors[j * size + row]!
          }
          expect(Math.abs(image - values[k]! * vectors[row * size + k]!)).toBeLessThan(1e-12)
          expect(Math.abs(product - (row === k ? 1 : 0))).toBeLessThan(1e-13)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test("a matrix that is not finite is refused in one sentence", () => {
  expect(() => jacobi(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(
    "Expected a matrix of finite numbers for its eigenvectors, but one is not finite.",
  )
})
