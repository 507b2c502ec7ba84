import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { addRows, type FeatureRows, noRows, rowsAt, rowsBetween } from "./featureRows.ts"
import type { Kernel } from "./kernel.ts"

/** Places of vectors, each at most once. */
export type Places = Int32Array

/** Vectors a side of one product: bounds its memory. */
const blockRows = 1024

/**
 * For each subset, the sum of a kernel over all ordered pairs of different vectors of it, in float64.
 *
 * Kernels over pairs that several subsets share are computed once: the products of whole sets are taken block by block
 * and each subset reads its part. Where the subsets are small beside the set, each is taken by itself.
 */
export function sumsWithin(rows: FeatureRows, subsets: readonly Places[], kernel: Kernel): Float64Array {
  if (areFew(subsets, subsets, rows.count, rows.count)) {
    return Float64Array.from(subsets, (subset) => {
      const own = addRows(noRows(rows.size), rowsAt(rows, subset))
      return sumsWithin(own, [everyPlace(own)], kernel)[0]!
    })
  }
  const sums = new Float64Array(subsets.length)
  const inBlocks = subsets.map((subset) => byBlock(subset, rows.count))
  eachKernelBlock(rows, rows, true, kernel, (values, columns, first, second) => {
    inBlocks.forEach((blocks, at) => {
      const [rowPlaces, columnPlaces] = [blocks[first]!, blocks[second]!]
      let sum = 0
      for (const [i, row] of rowPlaces.entries()) {
        // Within a diagonal block each pair is met once: from its earlier member.
        for (let j = first === second ? i + 1 : 0; j < columnPlaces.length; j++) {
          sum += values[row * columns + columnPlaces[j]!]!
        }
      }
      sums[at]! += 2 * sum
    })
  })
  return sums
}

/** For each pair of subsets, the sum of a kernel over all pairs of a vector of the first and one of the second. */
export function sumsAcross(
  a: FeatureRows,
  b: FeatureRows,
  subsetsOfA: readonly Places[],
  subsetsOfB: readonly Places[],
  kernel: Kernel,
): Float64Array {
  if (areFew(subsetsOfA, subsetsOfB, a.count, b.count)) {
    return Float64Array.from(subsetsOfA, (subset, i) => {
      const first = addRows(noRows(a.size), rowsAt(a, subset))
      const second = addRows(noRows(b.size), rowsAt(b, subsetsOfB[i]!))
      return sumsAcross(first, second, [everyPlace(first)], [everyPlace(second)], kernel)[0]!
    })
  }
  const sums = new Float64Array(subsetsOfA.length)
  const blocksOfA = subsetsOfA.map((subset) => byBlock(subset, a.count))
  const blocksOfB = subsetsOfB.map((subset) => byBlock(subset, b.count))
  eachKernelBlock(a, b, false, kernel, (values, columns, first, second) => {
    blocksOfA.forEach((blocks, at) => {
      const columnPlaces = blocksOfB[at]![second]!
      let sum = 0
      for (const row of blocks[first]!) {
        for (let j = 0; j < columnPlaces.length; j++) sum += values[row * columns + columnPlaces[j]!]!
      }
      sums[at]! += sum
    })
  })
  return sums
}

/**
 * For each multiset of the vectors, told by how often it holds each, the sum of a kernel over all ordered pairs of its different
 * members: copies of one vector are different members. Kernels are computed once for all of them.
 */
export function sumsWithinCounted(
  rows: FeatureRows,
  counts: readonly Uint32Array[],
  kernel: Kernel,
): Float64Array {
  const sums = new Float64Array(counts.length)
  eachKernelBlock(rows, rows, true, kernel, (values, columns, first, second) => {
    const [top, left] = [first * blockRows, second * blockRows]
    const height = values.length / columns
    counts.forEach((count, at) => {
      let sum = 0
      for (let row = 0; row < height; row++) {
        const times = count[top + row]!
        if (times === 0) continue
        const diagonal = first === second
        let inRow = diagonal ? ((times - 1) / 2) * values[row * columns + row]! : 0
        for (let j = diagonal ? row + 1 : 0; j < columns; j++)
          inRow += count[left + j]! * values[row * columns + j]!
        sum += times * inRow
      }
      sums[at]! += 2 * sum
    })
  })
  return sums
}

/** For each vector of the first set, the sum of a kernel over all vectors of the second. */
export function sumsOfRows(a: FeatureRows, b: FeatureRows, kernel: Kernel): Float64Array {
  const sums = new Float64Array(a.count)
  eachKernelBlock(a, b, false, kernel, (values, columns, first) => {
    for (let at = 0; at < values.length; at++)
      sums[first * blockRows + Math.floor(at / columns)]! += values[at]!
  })
  return sums
}

/** All places of a set. */
export function everyPlace({ count }: FeatureRows): Places {
  return Int32Array.from({ length: count }, (_, i) => i)
}

/** Whether the subsets by themselves need fewer products than the whole sets. */
function areFew(a: readonly Places[], b: readonly Places[], countA: number, countB: number): boolean {
  const alone = a.reduce((sum, subset, i) => sum + subset.length * b[i]!.length, 0)
  return alone < countA * countB
}

/** A subset's places by block, each relative to its block, in ascending order. */
function byBlock(subset: Places, count: number): readonly Int32Array[] {
  const blocks: number[][] = Array.from({ length: Math.ceil(count / blockRows) }, () => [])
  for (const place of Int32Array.from(subset).sort())
    blocks[Math.floor(place / blockRows)]!.push(place % blockRows)
  return blocks.map((places) => Int32Array.from(places))
}

/** Kernel values of every pair of blocks, `[rows, columns]`, row-major; of the upper triangle only where the sets are one. */
function eachKernelBlock(
  a: FeatureRows,
  b: FeatureRows,
  same: boolean,
  kernel: Kernel,
  visit: (values: Float64Array, columns: number, first: number, second: number) => void,
): void {
  for (let i = 0; i * blockRows < a.count; i++) {
    const left = rowsBetween(a, i * blockRows, Math.min(a.count, (i + 1) * blockRows))
    for (let j = same ? i : 0; j * blockRows < b.count; j++) {
      const right = rowsBetween(b, j * blockRows, Math.min(b.count, (j + 1) * blockRows))
      const [rows, columns] = [left.length / a.size, right.length / b.size]
      const values = matrixProduct(left, right, { rows, inner: a.size, columns, transposeB: true })
      applyKernel(values, left, right, a.size, kernel)
      visit(values, columns, i, j)
    }
  }
}

/** Turns inner products into kernel values, in place. */
function applyKernel(
  values: Float64Array,
  left: Float64Array,
  right: Float64Array,
  size: number,
  kernel: Kernel,
): void {
  if (kernel.of === "innerProduct") {
    for (let at = 0; at < values.length; at++) values[at] = kernel.at(values[at]!)
    return
  }
  const [first, second] = [squares(left, size), squares(right, size)]
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < second.length; j++) {
      const at = i * second.length + j
      values[at] = kernel.at(Math.max(0, first[i]! + second[j]! - 2 * values[at]!))
    }
  }
}

function squares(rows: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: rows.length / size }, (_, row) => {
    let sum = 0
    for (let i = row * size; i < (row + 1) * size; i++) sum += rows[i]! ** 2
    return sum
  })
}
