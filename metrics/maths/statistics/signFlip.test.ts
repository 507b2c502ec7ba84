import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { signFlip } from "./signFlip.ts"

/** The definition itself: every choice of signs, one by one. */
function byEnumeration(differences: readonly number[]): number {
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0))
  let extreme = 0
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    const sum = differences.reduce((total, value, i) => total + ((signs >> i) & 1 ? -value : value), 0)
    if (Math.abs(sum) >= seen) extreme++
  }
  return extreme / 2 ** differences.length
}

test("five differences of one sign give 2 / 2^5", () => {
  expect(signFlip([1, 2, 3, 4, 5])).toBe(0.0625)
})

test("it counts as enumeration does, ties included", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }), (differences) => {
      expect(signFlip(differences)).toBe(byEnumeration(differences))
    }),
  )
})

test("it takes tens of differences, and refuses 41", () => {
  const draws = stream(1, "test", "sign flip")
  const differences = Array.from({ length: 30 }, () => draws.normal() + 0.2)
  const p = signFlip(differences)
  expect(p).toBeGreaterThan(0)
  expect(p).toBeLessThanOrEqual(1)
  expect(() => signFlip(new Array(41).fill(1))).toThrow(
    "Expected between 1 and 40 differences to flip, but got 41.",
  )
})

test("all differences zero give 1", () => {
  expect(signFlip([0, 0, 0])).toBe(1)
})
