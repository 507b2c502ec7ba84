import { expect, test } from "vitest"
import { congruence } from "./congruence.ts"

test("B^T M B of a 2x2 example is as by hand, and symmetric", () => {
  // B = [[1, 2], [3, 4]], M = [[2, 1], [1, 3]]: M B = [[5, 8], [10, 14]], B^T (M B) = [[35, 50], [50, 72]].
  const result = congruence(Float64Array.of(1, 2, 3, 4), Float64Array.of(2, 1, 1, 3), 2)
  expect([...result]).toEqual([35, 50, 50, 72])
})
