import { expect, test } from "vitest"
import { type PoolDraws, poolExchange } from "./imagePool.ts"

/** Draws as they are told: for each image of a full pool a number, and a place where it is below a half. */
function told(...draws: readonly (readonly [number, number?])[]): PoolDraws {
  let at = -1
  return { uniform: () => draws[++at]![0], integer: () => draws[at]![1]! }
}

const places = ({ shown, kept }: ReturnType<typeof poolExchange>) => ({ shown: [...shown], kept: [...kept] })

test("an image takes the place of a stored one where the draw is below a half, and is shown itself where it is not", () => {
  // A full pool of 2; fresh images are 2 and 3.
  expect(places(poolExchange(2, 2, told([0.49, 1], [0.5]), 5))).toEqual({ shown: [1, 3], kept: [0, 2] })
  // The second image meets the first, which was stored just before.
  expect(places(poolExchange(2, 2, told([0, 1], [0.2, 1]), 5))).toEqual({ shown: [1, 2], kept: [0, 3] })
})

test("nothing is drawn while the pool fills, nor without a pool", () => {
  expect(places(poolExchange(4, 2, told(), 1))).toEqual({ shown: [4, 5], kept: [0, 1, 4, 5] })
  expect(places(poolExchange(0, 2, told(), 9))).toEqual({ shown: [0, 1], kept: [] })
})
