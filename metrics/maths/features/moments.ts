import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import type { FeatureRows } from "./featureRows.ts"

/** Mean and covariance of a set of feature vectors. */
export interface Moments {
  /** Number of vectors. */
  readonly count: number
  /** float64 `[size]` */
  readonly mean: Float64Array
  /** float64 `[size, size]`, row-major, divided by `count - 1`. */
  readonly covariance: Float64Array
}

/** Moments of the vectors seen so far, in a form that more vectors can be added to. */
export interface RunningMoments {
  readonly count: number
  /** float64 `[size]` */
  readonly mean: Float64Array
  /** Sum over vectors of the outer product of their deviations from the mean, float64 `[size, size]`, row-major. */
  readonly scatter: Float64Array
}

/** The moments of no vectors. */
export function noMoments(size: number): RunningMoments {
  return { count: 0, mean: new Float64Array(size), scatter: new Float64Array(size * size) }
}

/** Most numbers of a block whose deviations are taken at once: bounds the memory of their float64 copy to 32 MiB. */
const numbersAtOnce = 2 ** 22

/**
 * Adds vectors. The mean of a block is taken first and its deviations from it are summed, so that nothing cancels where the
 * mean is much larger than the spread. How vectors are cut into blocks changes the last bits.
 *
 * @param rows `[vectors, size]`, row-major; summed in float64
 */
export function addVectors(running: RunningMoments, rows: Float32Array | Float64Array): RunningMoments {
  const size = running.mean.length
  if (rows.length % size !== 0) {
    throw new RangeError(`Expected rows of ${size} features, but got ${rows.length} numbers in all.`)
  }
  const step = Math.max(1, Math.floor(numbersAtOnce / size)) * size
  let added = running
  for (let start = 0; start < rows.length; start += step) {
    const block = momentsOfBlock(rows.subarray(start, start + step), size)
    // The block's own matrix takes the result: with many features, discarded ones pile up until they are collected.
    added = added.count === 0 ? block : pairMoments(added, block, block.scatter)
  }
  return added
}

function momentsOfBlock(rows: Float32Array | Float64Array, size: number): RunningMoments {
  const count = rows.length / size
  const mean = new Float64Array(size)
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < size; i++) mean[i]! += rows[row * size + i]!
  }
  for (let i = 0; i < size; i++) mean[i]! /= count
  const deviations = centred(rows, mean)
  const scatter = matrixProduct(deviations, deviations, {
    rows: size,
    inner: count,
    columns: size,
    transposeA: true,
  })
  return { count, mean, scatter }
}

/** The rows with a mean taken off, in float64. */
export function centred(rows: Float32Array | Float64Array, mean: Float64Array): Float64Array {
  const size = mean.length
  const deviations = new Float64Array(rows.length)
  for (let start = 0; start < rows.length; start += size) {
    for (let i = 0; i < size; i++) deviations[start + i] = rows[start + i]! - mean[i]!
  }
  return deviations
}

/** The moments of two sets together (Chan, Golub and LeVeque 1979, pairwise update). */
export function mergeMoments(a: RunningMoments, b: RunningMoments): RunningMoments {
  if (a.mean.length !== b.mean.length) {
    throw new RangeError(
      `Expected moments of equally many features, but got ${a.mean.length} and ${b.mean.length}.`,
    )
  }
  if (a.count === 0) return b
  if (b.count === 0) return a
  return pairMoments(a, b, new Float64Array(a.scatter.length))
}

/** @param scatter where the matrix of both is written; may be that of `b` */
function pairMoments(a: RunningMoments, b: RunningMoments, scatter: Float64Array): RunningMoments {
  const size = a.mean.length
  const count = a.count + b.count
  const shift = Float64Array.from({ length: size }, (_, i) => b.mean[i]! - a.mean[i]!)
  const share = b.count / count
  const between = a.count * share
  const mean = Float64Array.from({ length: size }, (_, i) => a.mean[i]! + shift[i]! * share)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const at = i * size + j
      scatter[at] = a.scatter[at]! + b.scatter[at]! + shift[i]! * shift[j]! * between
    }
  }
  return { count, mean, scatter }
}

/**
 * Mean and covariance with `count - 1` in the denominator, as in every FID package.
 * @throws one sentence when there are fewer than two vectors
 */
export function settledMoments({ count, mean, scatter }: RunningMoments): Moments {
  if (count < 2) {
    throw new RangeError(
      `Expected at least 2 feature vectors for a covariance, but got ${count}; judge more images.`,
    )
  }
  return { count, mean, covariance: scatter.map((value) => value / (count - 1)) }
}

/** Mean and covariance of kept vectors, block by block. */
export function momentsOf(rows: FeatureRows): Moments {
  return settledMoments(rows.blocks.reduce(addVectors, noMoments(rows.size)))
}
