import { expect, test } from "vitest"
import { orthonormalProjection } from "./orthonormalProjection.ts"

test("the columns have length 1 and stand at right angles, also where there are as many as rows", () => {
  for (const [from, to] of [
    [32, 6],
    [5, 5],
  ] as const) {
    const matrix = orthonormalProjection(3, "features", from, to)
    for (let a = 0; a < to; a++) {
      for (let b = 0; b < to; b++) {
        let product = 0
        for (let row = 0; row < from; row++) product += matrix[row * to + a]! * matrix[row * to + b]!
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6)
      }
    }
  }
})

test("it is a pure function of its seed and name, and fewer columns are the first of more", () => {
  const six = orthonormalProjection(3, "features", 32, 6)
  expect(orthonormalProjection(3, "features", 32, 6)).toEqual(six)
  expect(orthonormalProjection(4, "features", 32, 6)).not.toEqual(six)
  expect(orthonormalProjection(3, "other", 32, 6)).not.toEqual(six)
  const one = orthonormalProjection(3, "features", 32, 1)
  expect([...one]).toEqual(Array.from({ length: 32 }, (_, row) => six[6 * row]))
})
