import { stream } from "@saddlepoint/engine/random"

/**
 * Directions on the unit sphere, float64 `[directions, size]`, the same for the same numbers. In one dimension the only one.
 */
export function directionsOf(directions: number, size: number): Float64Array {
  if (size === 1) return Float64Array.of(1)
  const rows = new Float64Array(directions * size)
  const source = stream("slicedWasserstein", directions, size)
  for (let row = 0; row < directions; row++) {
    const own = rows.subarray(row * size, (row + 1) * size)
    for (let at = 0; at < size; at++) own[at] = source.normal()
    const norm = Math.hypot(...own)
    for (let at = 0; at < size; at++) own[at]! /= norm
  }
  return rows
}

/**
 * Mean over directions of the Wasserstein-1 distance between the projections of two sets (Bonneel et al. 2015; W1 in one dimension is the area between the
 * quantile functions). Sets may differ in their numbers of rows.
 * @param a, b `[rows, size]`, row-major, at least one row each
 */
export function slicedWasserstein(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  size: number,
  directions: Float64Array,
): number {
  let sum = 0
  const count = directions.length / size
  for (let row = 0; row < count; row++) {
    const direction = directions.subarray(row * size, (row + 1) * size)
    sum += wasserstein(projected(a, size, direction), projected(b, size, direction))
  }
  return sum / count
}

function projected(rows: ArrayLike<number>, size: number, direction: Float64Array): Float64Array {
  return new Float64Array(rows.length / size)
    .map((_, row) => direction.reduce((sum, part, at) => sum + part * rows[row * size + at]!, 0))
    .sort()
}

/** Wasserstein-1 between two sorted sets of numbers. */
function wasserstein(a: Float64Array, b: Float64Array): number {
  let [i, j, from, area] = [0, 0, 0, 0]
  while (i < a.length && j < b.length) {
    const [ofA, ofB] = [(i + 1) / a.length, (j + 1) / b.length]
    const to = Math.min(ofA, ofB)
    area += (to - from) * Math.abs(a[i]! - b[j]!)
    if (ofA <= to) i++
    if (ofB <= to) j++
    from = to
  }
  return area
}
