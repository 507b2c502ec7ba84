import fc from "fast-check"
import { expect, test } from "vitest"
import { gaussianKernel, linearKernel } from "../../maths/features/kernel.ts"
import {
  addLinearTimeMmd,
  linearTimeMmd,
  mergeLinearTimeMmd,
  noLinearTimeMmd,
  settledLinearTimeMmd,
} from "./linearTimeMmd.ts"

test("two pairs give the value, variance and standard error of the definition", () => {
  // Linear kernel: terms (x1 - y1)(x2 - y2): (1)(2) = 2 and (0)(5) = 0; mean 1, variance 2, error sqrt(2 / 2).
  const found = linearTimeMmd(Float64Array.of(1, 3, 2, 5, 9), Float64Array.of(0, 1, 2, 0), 1, linearKernel)
  expect(found).toEqual({ value: 1, variance: 2, standardError: 1, pairs: 2 })
})

test("streamed in blocks, and merged in any grouping, it is the one-shot estimate", () => {
  const rows = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 24, maxLength: 24 })
  const kernel = gaussianKernel(1)
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const [x, y] = [Float64Array.from(a), Float64Array.from(b)]
      const part = (from: number, to: number) =>
        addLinearTimeMmd(noLinearTimeMmd(), x.subarray(from, to), y.subarray(from, to), 2, kernel)
      const [first, second, third] = [part(0, 4), part(4, 16), part(16, 24)]
      const whole = linearTimeMmd(x, y, 2, kernel)
      for (const merged of [
        mergeLinearTimeMmd(mergeLinearTimeMmd(first, second), third),
        mergeLinearTimeMmd(first, mergeLinearTimeMmd(second, third)),
        mergeLinearTimeMmd(noLinearTimeMmd(), part(0, 24)),
        addLinearTimeMmd(part(0, 8), x.subarray(8), y.subarray(8), 2, kernel),
      ]) {
        const found = settledLinearTimeMmd(merged)
        expect(found.pairs).toBe(6)
        expect(Math.abs(found.value - whole.value)).toBeLessThan(1e-13)
        expect(Math.abs(found.variance - whole.variance)).toBeLessThan(1e-12)
      }
      expect(linearTimeMmd(y, x, 2, kernel).value).toBeCloseTo(whole.value, 12)
      expect(Math.abs(linearTimeMmd(x, x, 2, kernel).value)).toBe(0)
    }),
  )
})

test("rows without a partner and too few pairs are refused in one sentence", () => {
  expect(() => addLinearTimeMmd(noLinearTimeMmd(), [1, 2, 3], [1, 2, 3], 1, linearKernel)).toThrow(
    "Expected equally many rows of both samples, in pairs, but got 3 and 3; leave the last ones out.",
  )
  expect(() => linearTimeMmd(new Float64Array(3), new Float64Array(3), 1, linearKernel)).toThrow(
    "Expected at least 2 pairs of rows for linear-time MMD, but got 1; judge more samples.",
  )
})
