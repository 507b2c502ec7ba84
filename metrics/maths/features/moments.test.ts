import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  addVectors,
  type Moments,
  mergeMoments,
  momentsOf,
  noMoments,
  type RunningMoments,
  settledMoments,
} from "./moments.ts"
import { gaussianRows, inBlocks, randomOrder, reordered, rowsOf } from "./testing/gaussianRows.ts"

const size = 3

function vectors(count: number, mean = 0): Float64Array {
  const source = stream(count, "moments.test")
  return Float64Array.from({ length: count * size }, () => mean + source.normal())
}

test("mean and covariance of three points on a line are as by hand", () => {
  // x = 1, 2, 3 and y = 2 x: variances 1 and 4, covariance 2, with n - 1 = 2.
  const { count, mean, covariance } = settledMoments(
    addVectors(noMoments(2), Float64Array.of(1, 2, 2, 4, 3, 6)),
  )
  expect(count).toBe(3)
  expect([...mean]).toEqual([2, 4])
  expect([...covariance]).toEqual([1, 2, 2, 4])
})

test("moments do not depend on how the vectors are cut into blocks, nor on where blocks are merged", () => {
  const rows = vectors(20)
  const whole = settledMoments(addVectors(noMoments(size), rows))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)]
      const left = addVectors(noMoments(size), rows.subarray(0, first * size))
      const middle = addVectors(noMoments(size), rows.subarray(first * size, second * size))
      const right = addVectors(noMoments(size), rows.subarray(second * size))
      const merged = settledMoments(mergeMoments(left, mergeMoments(middle, right)))
      expect(merged.count).toBe(20)
      for (let i = 0; i < size * size; i++) {
        expect(Math.abs(merged.covariance[i]! - whole.covariance[i]!)).toBeLessThan(1e-13)
      }
      for (let i = 0; i < size; i++) {
        expect(Math.abs(merged.mean[i]! - whole.mean[i]!)).toBeLessThan(1e-14)
      }
    }),
  )
})

const of = (rows: Float64Array): RunningMoments => addVectors(noMoments(size), rows)

/** Equal but for rounding, beside the largest covariance. */
function near(got: Moments, expected: Moments, tolerance = 1e-13): void {
  expect(got.count).toBe(expected.count)
  const scale = Math.sqrt(expected.covariance.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-300))
  expected.mean.forEach((value, i) => {
    expect(Math.abs(got.mean[i]! - value)).toBeLessThan(tolerance * Math.max(scale, Math.abs(value)))
  })
  expected.covariance.forEach((value, i) => {
    expect(Math.abs(got.covariance[i]! - value)).toBeLessThan(tolerance * scale ** 2)
  })
}

test("they equal two passes over all vectors", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 60 }), (seed, count) => {
      const rows = gaussianRows(count, size, seed)
      const column = (i: number) => rows.filter((_, at) => at % size === i)
      const mean = Float64Array.from({ length: size }, (_, i) => column(i).reduce((a, b) => a + b, 0) / count)
      const covariance = Float64Array.from({ length: size * size }, (_, at) => {
        const [i, j] = [Math.floor(at / size), at % size]
        const other = column(j)
        const products = column(i).map((value, row) => (value - mean[i]!) * (other[row]! - mean[j]!))
        return products.reduce((a, b) => a + b, 0) / (count - 1)
      })
      near(settledMoments(of(rows)), { count, mean, covariance })
    }),
  )
})

test("merging is associative and commutative but for rounding, and no vectors change nothing", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
      (seed, counts) => {
        const [a, b, c] = counts.map((count, at) => of(gaussianRows(count, size, seed, at))) as [
          RunningMoments,
          RunningMoments,
          RunningMoments,
        ]
        const left = settledMoments(mergeMoments(mergeMoments(a, b), c))
        near(settledMoments(mergeMoments(a, mergeMoments(b, c))), left)
        near(settledMoments(mergeMoments(c, mergeMoments(b, a))), left)
        expect(mergeMoments(noMoments(size), a)).toBe(a)
        expect(mergeMoments(a, noMoments(size))).toBe(a)
      },
    ),
  )
})

test("adding and merging leave the moments so far alone", () => {
  const [first, second] = [of(gaussianRows(4, size, "first")), of(gaussianRows(5, size, "second"))]
  const copies = structuredClone([first, second])
  addVectors(first, gaussianRows(3, size, "more"))
  mergeMoments(first, second)
  expect([first, second]).toEqual(copies)
})

test("they do not depend on the order of the vectors, nor, but for rounding, on how kept rows were cut", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, cut) => {
      const rows = gaussianRows(30, size, seed)
      const expected = settledMoments(of(rows))
      near(settledMoments(of(reordered(rows, size, randomOrder(30, seed)))), expected)
      near(momentsOf(inBlocks(rows, size, cut)), expected)
      near(momentsOf(rowsOf(rows, size)), expected)
    }),
  )
})

test("a shift moves the mean alone, and a scale the mean by itself and the covariance by its square", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.constantFrom(2 ** -40, 0.5, -4, 2 ** 60),
      (seed, shift, scale) => {
        const rows = gaussianRows(12, size, seed)
        const { count, mean, covariance } = settledMoments(of(rows))
        const shifted = settledMoments(of(rows.map((value) => value + shift)))
        near(shifted, { count, mean: mean.map((value) => value + shift), covariance }, 1e-11)
        // Powers of 2 round nothing.
        expect(settledMoments(of(rows.map((value) => scale * value)))).toEqual({
          count,
          mean: mean.map((value) => scale * value),
          covariance: covariance.map((value) => scale * scale * value),
        })
      },
    ),
  )
})

test("float32 vectors are summed in float64", () => {
  const rows = Float32Array.from(gaussianRows(50, size, "float32"), (value) => 1e6 + value)
  expect(settledMoments(addVectors(noMoments(size), rows))).toEqual(
    settledMoments(of(Float64Array.from(rows))),
  )
})

test("a block of more numbers than are taken at once gives what smaller ones give", () => {
  const wide = 2048
  const rows = gaussianRows(2, wide, "wide")
  // 2^22 / 2048 = 2048 vectors at once; 2500 of two kinds in turn.
  const values = new Float32Array(2500 * wide)
  for (let row = 0; row < 2500; row++)
    values.set(rows.subarray((row % 2) * wide, ((row % 2) + 1) * wide), row * wide)
  const { count, mean, scatter } = addVectors(noMoments(wide), values)
  expect(count).toBe(2500)
  const kept = Float32Array.from(rows)
  for (const at of [0, 1, wide - 1]) {
    const half = (kept[at]! - kept[wide + at]!) / 2
    expect(Math.abs(mean[at]! - (kept[at]! + kept[wide + at]!) / 2)).toBeLessThan(1e-12)
    // Deviations of half the difference either way.
    expect(Math.abs(scatter[at * wide + at]! - 2500 * half * half)).toBeLessThan(1e-8)
  }
})

test("a mean far from zero costs no digits of the covariance", () => {
  const rows = vectors(64)
  const near = settledMoments(addVectors(noMoments(size), rows))
  const far = settledMoments(
    addVectors(
      noMoments(size),
      rows.map((value) => value + 2 ** 20),
    ),
  )
  // Adding 2^20 itself rounds to 2^-33; a sum of squares minus n mean^2 would lose 1e-4.
  for (let i = 0; i < size * size; i++) {
    expect(Math.abs(near.covariance[i]! - far.covariance[i]!)).toBeLessThan(1e-8)
  }
})

test("fewer than two vectors, and rows that do not fit, are refused in one sentence", () => {
  expect(() => settledMoments(addVectors(noMoments(2), Float64Array.of(1, 2)))).toThrow(
    "Expected at least 2 feature vectors for a covariance, but got 1; judge more images.",
  )
  expect(() => mergeMoments(noMoments(2), noMoments(3))).toThrow(
    "Expected moments of equally many features, but got 2 and 3.",
  )
  expect(() => addVectors(noMoments(2), new Float64Array(3))).toThrow(
    "Expected rows of 2 features, but got 3 numbers in all.",
  )
})
