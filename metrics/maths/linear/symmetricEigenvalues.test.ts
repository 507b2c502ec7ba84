import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { sumOfSingularValues } from "./singularValues.ts"
import { symmetricEigenvalues } from "./symmetricEigenvalues.ts"

function symmetric(size: number, seed: number): Float64Array {
  const source = stream(seed, "symmetricEigenvalues.test")
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = source.normal()
  }
  return matrix
}

const sorted = (values: Float64Array) => [...values].sort((a, b) => a - b)
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)

test("the eigenvalues of [[2, 1], [1, 2]] are 1 and 3", () => {
  // By hand: (2 - x)^2 = 1.
  const values = sorted(symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2))
  expect(values).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)])
})

test("the second-difference matrix has the eigenvalues 2 - 2 cos(k pi / (n + 1))", () => {
  // Closed form; 90 rows pass through both stages of the reduction.
  const size = 90
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = 2
    if (i > 0) matrix[i * size + i - 1] = matrix[(i - 1) * size + i] = -1
  }
  sorted(symmetricEigenvalues(matrix, size)).forEach((value, k) => {
    expect(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1))))).toBeLessThan(1e-13)
  })
})

test("their sum is the trace and their squares' sum is that of the entries' squares, at any size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 140 }), fc.integer(), (size, seed) => {
      const matrix = symmetric(size, seed)
      const values = symmetricEigenvalues(matrix, size)
      const trace = sum(Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!))
      expect(Math.abs(sum(values) - trace)).toBeLessThan(1e-12 * size)
      const squares = sum(matrix.map((value) => value ** 2))
      expect(Math.abs(sum(values.map((value) => value ** 2)) / squares - 1)).toBeLessThan(1e-12)
    }),
    { numRuns: 30 },
  )
})

test("a shift of the diagonal shifts every eigenvalue", () => {
  const size = 70
  const matrix = symmetric(size, 3)
  const shifted = matrix.map((value, at) => (at % (size + 1) === 0 ? value + 5 : value))
  const before = sorted(symmetricEigenvalues(matrix, size))
  sorted(symmetricEigenvalues(shifted, size)).forEach((value, i) => {
    expect(Math.abs(value - before[i]! - 5)).toBeLessThan(1e-12)
  })
})

test("the singular values of a diagonal block sum to the sizes of its entries, tiny ones included", () => {
  expect(sumOfSingularValues(Float64Array.of(3, 0, 0, 0, -1e-9, 0), 2, 3)).toBeCloseTo(3 + 1e-9, 14)
})

test("a matrix that is not finite is refused in one sentence", () => {
  expect(() => symmetricEigenvalues(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(
    "Expected a matrix of finite numbers for its eigenvalues, but one is not finite.",
  )
})
