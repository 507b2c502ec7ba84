import { expect, test } from "vitest"
import { channelOf, halved, reflectPadded } from "./plane.ts"

test("a reflected border does not repeat the outermost pixels", () => {
  // 1 2 3 becomes 3 2 [1 2 3] 2 1, along rows and columns.
  const row = [3, 2, 1, 2, 3, 2, 1]
  const plane = { values: Float64Array.of(1, 2, 3, 11, 12, 13, 21, 22, 23), height: 3, width: 3 }
  const padded = reflectPadded(plane, 2)
  expect([padded.height, padded.width]).toEqual([7, 7])
  expect([...padded.values]).toEqual([20, 10, 0, 10, 20, 10, 0].flatMap((tens) => row.map((v) => tens + v)))
})

test("halving takes means of 2x2 blocks and drops an odd last row and column", () => {
  const values = Float64Array.of(1, 2, 9, 3, 6, 9, 9, 9, 9)
  expect(halved({ values, height: 3, width: 3 })).toEqual({ values: Float64Array.of(3), height: 1, width: 1 })
})

test("a channel is taken out of interleaved pixels", () => {
  expect([...channelOf([1, 10, 2, 20, 3, 30], [1, 3, 2], 1).values]).toEqual([10, 20, 30])
})
