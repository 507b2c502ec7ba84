import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { rowsAt } from "../../maths/features/featureRows.ts"
import { gaussianKernel, gaussianSum, linearKernel } from "../../maths/features/kernel.ts"
import { drawPlaces, kidKernel, kidOver } from "../../maths/features/kernelInceptionDistance.ts"
import { gaussianRows, rowsOf } from "../../maths/features/testing/gaussianRows.ts"
import { medianHeuristic } from "./medianHeuristic.ts"
import { mmd } from "./mmd.ts"
import { multiKernelMmd } from "./multiKernelMmd.ts"

const size = 3
const sample = (rows: number) =>
  fc
    .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: rows * size, maxLength: rows * size })
    .map((values) => Float64Array.from(values))
const kernels = [gaussianKernel(1.5), gaussianSum([0.5, 1, 2]), linearKernel]

test("two points on a line give the values of the definition", () => {
  // k = exp(-|x - y|^2 / 2), X = {0, 1}, Y = {1, 3}: within X k(0,1), within Y k(1,3), between k(0,1) k(0,3) k(1,1) k(1,3).
  const [k1, k2, k3] = [Math.exp(-0.5), Math.exp(-2), Math.exp(-4.5)]
  const value = (estimator: "biased" | "unbiased" | "uStatistic") =>
    mmd([0, 1], [1, 3], 1, gaussianKernel(1), estimator)
  expect(value("biased")).toBeCloseTo((2 + 2 * k1) / 4 + (2 + 2 * k2) / 4 - (2 * (k1 + k3 + 1 + k2)) / 4, 14)
  expect(value("unbiased")).toBeCloseTo(k1 + k2 - (k1 + k3 + 1 + k2) / 2, 14)
  // Rows of equal index, (0, 1) and (1, 3), are left out.
  expect(value("uStatistic")).toBeCloseTo(k1 + k2 - (k3 + 1), 14)
})

test("biased MMD is 0 for a sample against itself, never negative, and symmetric", () => {
  fc.assert(
    fc.property(sample(5), sample(4), fc.constantFrom(...kernels), (x, y, kernel) => {
      expect(Math.abs(mmd(x, x, size, kernel, "biased"))).toBeLessThan(1e-12)
      const value = mmd(x, y, size, kernel, "biased")
      expect(value).toBeGreaterThan(-1e-12)
      expect(mmd(y, x, size, kernel, "biased")).toBeCloseTo(value, 11)
      expect(mmd(y, x, size, kernel, "unbiased")).toBeCloseTo(mmd(x, y, size, kernel, "unbiased"), 11)
    }),
  )
})

test("the order of the rows changes nothing", () => {
  fc.assert(
    fc.property(sample(5), sample(4), fc.constantFrom(...kernels), fc.integer(), (x, y, kernel, seed) => {
      const rows = stream(seed).shuffle([0, 1, 2, 3, 4])
      const shuffled = Float64Array.from(rows.flatMap((row) => [...x.subarray(row * size, (row + 1) * size)]))
      for (const estimator of ["biased", "unbiased"] as const) {
        const value = mmd(x, y, size, kernel, estimator)
        expect(Math.abs(mmd(shuffled, y, size, kernel, estimator) - value)).toBeLessThan(1e-11)
      }
      expect(medianHeuristic(shuffled, y, size)).toBe(medianHeuristic(x, y, size))
    }),
  )
})

test("with the linear kernel the biased MMD is the squared distance of the means", () => {
  fc.assert(
    fc.property(sample(6), sample(3), (x, y) => {
      const mean = (values: Float64Array, k: number) =>
        values.filter((_, i) => i % size === k).reduce((sum, value) => sum + value, 0) /
        (values.length / size)
      let distance = 0
      for (let k = 0; k < size; k++) distance += (mean(x, k) - mean(y, k)) ** 2
      expect(Math.abs(mmd(x, y, size, linearKernel, "biased") - distance)).toBeLessThan(1e-12)
    }),
  )
})

test("samples of more rows than a block are summed whole", () => {
  const source = stream("mmd.test")
  const x = Float64Array.from({ length: 150 * 2 }, () => source.normal())
  const y = Float64Array.from({ length: 131 * 2 }, () => source.normal() + 1)
  const kernel = gaussianKernel(1)
  const k = (a: Float64Array, i: number, b: Float64Array, j: number) =>
    Math.exp(-((a[2 * i]! - b[2 * j]!) ** 2 + (a[2 * i + 1]! - b[2 * j + 1]!) ** 2) / 2)
  const sum = (a: Float64Array, b: Float64Array) => {
    let total = 0
    for (let i = 0; i < a.length / 2; i++) for (let j = 0; j < b.length / 2; j++) total += k(a, i, b, j)
    return total
  }
  const plain = sum(x, x) / 150 ** 2 + sum(y, y) / 131 ** 2 - (2 * sum(x, y)) / (150 * 131)
  expect(mmd(x, y, 2, kernel, "biased")).toBeCloseTo(plain, 12)
})

test("the median heuristic is the median of pooled distances", () => {
  // Pooled 0, 1, 4, 6: distances 1 2 3 4 5 6, of which the middle two are 3 and 4.
  expect(medianHeuristic([0, 4], [1, 6], 1)).toBe(3.5)
  // Pooled 0, 1, 4: 1 3 4.
  expect(medianHeuristic([0, 4], [1], 1)).toBe(3)
})

test("MK-MMD of equal samples is 2 / (n - 1) plus what its cross terms leave, and needs equal sizes", () => {
  // X = Y = {0, 2}, alpha 1: the pooled squared distances 0 and 4 have mean 2, so k = exp(-4 / (2 * 2)) off the diagonal.
  const k = Math.exp(-1)
  const all = multiKernelMmd([0, 2], [0, 2], 1, { alphas: [1], linear: false })
  expect(all).toBeCloseTo(2 * k - 2 * (0.5 + 0.5 * k) + 2, 12)
  // Neighbours: (k + k - k - k) twice, over 2.
  expect(multiKernelMmd([0, 2], [0, 2], 1, { alphas: [1], linear: true })).toBeCloseTo(2, 12)
  expect(() => multiKernelMmd([0, 2], [0, 2, 3], 1, { alphas: [1], linear: true })).toThrow(
    "Expected samples of equal size for MK-MMD, but got 2 and 3 rows; leave rows out or take the unbiased MMD.",
  )
})

test("too few rows, ragged rows, unlike sizes and no bandwidth are refused in one sentence", () => {
  expect(() => mmd([1, 2], [1, 2, 3, 4], 2, linearKernel, "unbiased")).toThrow(
    "Expected at least 2 rows of 2 features, but got 2 numbers; check the number of features or judge more samples.",
  )
  expect(() => mmd([1, 2, 3], [1, 2], 2, linearKernel, "biased")).toThrow(/^Expected at least 1 row of 2/)
  expect(() => mmd([1, 2, 3], [1, 2], 1, linearKernel, "uStatistic")).toThrow(
    "Expected samples of equal size for the u-statistic of MMD, but got 3 and 2 rows; take the unbiased estimator.",
  )
  expect(() => gaussianKernel(0)).toThrow(
    /^Expected bandwidths above 0 for a Gaussian kernel, but got \[0\];/,
  )
})

const set = (count: number, ...key: (string | number)[]) => rowsOf(gaussianRows(count, size, ...key), size)

test("KID over given subsets is the unbiased squared MMD of each", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, subsets) => {
      const [a, b] = [set(30, seed, "a"), set(25, seed, "b")]
      const draw = (count: number, side: string, places: number) =>
        Array.from({ length: subsets }, (_, at) => drawPlaces(count, places, seed, side, at))
      const [ofA, ofB] = [draw(30, "a", 12), draw(25, "b", 9)]
      const { mean, deviation, perSubset } = kidOver(a, b, ofA, ofB, kidKernel(size))
      perSubset.forEach((value, at) => {
        const expected = mmd(rowsAt(a, ofA[at]!), rowsAt(b, ofB[at]!), size, kidKernel(size), "unbiased")
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.max(100, Math.abs(expected)))
      })
      const average = perSubset.reduce((sum, value) => sum + value, 0) / subsets
      const squares = perSubset.reduce((sum, value) => sum + (value - average) ** 2, 0)
      expect(mean).toBeCloseTo(average, 12)
      expect(deviation).toBeCloseTo(Math.sqrt(squares / subsets), 12)
    }),
    { numRuns: 40 },
  )
})

test("of a set beside itself the biased estimate with KID's kernel is zero", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 20 }), (seed, count) => {
      const values = gaussianRows(count, size, seed)
      expect(Math.abs(mmd(values, values, size, kidKernel(size), "biased"))).toBeLessThan(1e-10)
    }),
  )
})
