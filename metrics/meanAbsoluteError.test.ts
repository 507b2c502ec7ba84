import { expect, test } from "vitest"
import { meanAbsoluteDifference } from "./meanAbsoluteError.ts"

test("the absolute difference is averaged", () => {
  expect(meanAbsoluteDifference([0, 1, -1], [0, 0, 1])).toBe(1)
})
