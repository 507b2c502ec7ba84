import fc from "fast-check"
import { expect, test } from "vitest"
import { gaussianKernel, type Kernel, kernelOfRows } from "./kernel.ts"
import { drawPlaces, kidKernel } from "./kernelInceptionDistance.ts"
import { everyPlace, type Places, sumsAcross, sumsWithin } from "./kernelSums.ts"
import { gaussianRows, inBlocks, rowsOf } from "./testing/gaussianRows.ts"

const kernels = fc.constantFrom<Kernel>(kidKernel(3), gaussianKernel(1.5))

/** The kernel over pairs at the given places, one by one. */
function bruteForce(
  kernel: Kernel,
  a: Float64Array,
  b: Float64Array,
  size: number,
  first: Places,
  second: Places,
) {
  let [all, equal] = [0, 0]
  for (const i of first) {
    for (const j of second) {
      const value = kernelOfRows(kernel, a, i, b, j, size)
      all += value
      if (i === j) equal += value
    }
  }
  return { all, different: all - equal }
}

/** Within 1e-12 of the size of what is summed. */
function close(got: number, expected: number): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
}

test("sums over subsets equal those over pairs one by one, whether subsets are few or share all products", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      kernels,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 2, max: 40 }),
      (seed, kernel, subsets, subsetSize) => {
        const [a, b] = [gaussianRows(45, 3, seed, "a"), gaussianRows(40, 3, seed, "b")]
        const draw = (count: number, side: string) =>
          Array.from({ length: subsets }, (_, at) => drawPlaces(count, subsetSize, seed, side, at))
        const [ofA, ofB] = [draw(45, "a"), draw(40, "b")]
        sumsWithin(rowsOf(a, 3), ofA, kernel).forEach((sum, at) => {
          close(sum, bruteForce(kernel, a, a, 3, ofA[at]!, ofA[at]!).different)
        })
        sumsAcross(rowsOf(a, 3), rowsOf(b, 3), ofA, ofB, kernel).forEach((sum, at) => {
          close(sum, bruteForce(kernel, a, b, 3, ofA[at]!, ofB[at]!).all)
        })
      },
    ),
    { numRuns: 40 },
  )
})

test("a subset taken by itself and one that shares products with many others have the same sums", () => {
  const [a, b] = [rowsOf(gaussianRows(1100, 2, "a"), 2), rowsOf(gaussianRows(1050, 2, "b"), 2)]
  const draw = (count: number, side: string) =>
    Array.from({ length: 30 }, (_, at) => drawPlaces(count, 250, side, at))
  const [ofA, ofB] = [draw(1100, "a"), draw(1050, "b")]
  // 30 subsets of 250 are 1.9 million pairs, more than 1100^2: products of the whole sets, over several blocks, are shared.
  const [within, across] = [sumsWithin(a, ofA, kidKernel(2)), sumsAcross(a, b, ofA, ofB, kidKernel(2))]
  for (const at of [0, 17, 29]) {
    close(within[at]!, sumsWithin(a, [ofA[at]!], kidKernel(2))[0]!)
    close(across[at]!, sumsAcross(a, b, [ofA[at]!], [ofB[at]!], kidKernel(2))[0]!)
  }
})

test("over several blocks of products every pair is met once", () => {
  const values = gaussianRows(1030, 1, "several blocks")
  const rows = rowsOf(values, 1)
  const counting: Kernel = { name: "one", of: "innerProduct", at: () => 1 }
  expect(sumsWithin(rows, [everyPlace(rows)], counting)[0]).toBe(1030 * 1029)
  expect(sumsAcross(rows, rows, [everyPlace(rows)], [everyPlace(rows)], counting)[0]).toBe(1030 * 1030)
})

test("sums do not depend on how the vectors were cut into blocks, and are exactly the same", () => {
  const values = gaussianRows(60, 4, "cut")
  const subsets = [drawPlaces(60, 20, "cut", 0), drawPlaces(60, 20, "cut", 1)]
  for (const shared of [subsets, Array.from({ length: 10 }, () => subsets).flat()]) {
    const expected = sumsWithin(rowsOf(values, 4), shared, kidKernel(4))
    for (const rows of [1, 7, 59]) {
      expect(sumsWithin(inBlocks(values, 4, rows), shared, kidKernel(4))).toEqual(expected)
    }
  }
})
