import { expect } from "vitest"
import { agreement, type Make } from "./agreement.ts"

/** Numbers at which arithmetic is special, then NaN behind a remainder: long enough for vector lanes and their rest. */
const finite = [0, -0, 1, -1, 1e-40, -1e-40, 1e-6, 0.5, -0.5, 1.5, 2.5, 3, -7, 20, -20, 90, -90, 1e30, -1e30]
export const specialNumbers: readonly number[] = [...finite, Infinity, -Infinity, NaN, ...finite, NaN, 5]

/** Integers at which 32 bits, 53 bits and signs matter. */
export const specialIntegers: readonly number[] = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  7,
  -7,
  100,
  -100,
  46341,
  -46341,
  65536,
  2 ** 24 + 1,
  123456789,
  -987654321,
  2 ** 31 - 1,
  -(2 ** 31),
  -(2 ** 31) + 1,
]

/** Expects the onnx backend to give what the CPU backend gives, without a fallback. */
export async function expectAgreement(make: Make, tolerance = 2e-6): Promise<void> {
  const found = await agreement(make)
  expect(found.fallbacks).toEqual({})
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBeLessThanOrEqual(tolerance)
}

/** Every pair out of two lists, as two lists of one length. */
export function pairsOf(a: readonly number[], b: readonly number[]): [number[], number[]] {
  return [a.flatMap((x) => b.map(() => x)), a.flatMap(() => [...b])]
}
