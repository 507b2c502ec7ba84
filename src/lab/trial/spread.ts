/** How far apart the examples of a set lie. */
export interface Spread {
  /** Mean Euclidean distance between two different examples. */
  readonly meanDistance: number
  /** Euclidean distance of each example to the nearest other one. */
  readonly nearest: Float64Array
}

/**
 * The spread of a set of at least two examples, by all their pairs.
 * @param rows `[examples, size]`, row-major
 */
export function spreadOf(rows: Float32Array | Float64Array, size: number): Spread {
  const count = rows.length / size
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(
      `Expected at least two rows of ${size} numbers for a spread, but got ${rows.length} numbers.`,
    )
  }
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  let sum = 0
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let squared = 0
      for (let i = 0; i < size; i++) squared += (rows[a * size + i]! - rows[b * size + i]!) ** 2
      const distance = Math.sqrt(squared)
      sum += distance
      nearest[a] = Math.min(nearest[a]!, distance)
      nearest[b] = Math.min(nearest[b]!, distance)
    }
  }
  return { meanDistance: sum / ((count * (count - 1)) / 2), nearest }
}

/** How the spread of generated examples compares with that of equally many real ones. */
export interface Variety {
  /** Mean distance between two of them, over that of two real ones: 1 of a perfect sampler, 0 where all are one. */
  readonly diversity: number
  /** Share that has another nearer than 95 in 100 real ones have: about 0.05 of a perfect sampler, 1 where all are one. */
  readonly duplicates: number
}

/** Compares two spreads of equally many examples. */
export function varietyOf(generated: Spread, real: Spread): Variety {
  const sorted = real.nearest.toSorted()
  const near = sorted[Math.floor(0.05 * sorted.length)]!
  return {
    diversity: real.meanDistance === 0 ? 1 : generated.meanDistance / real.meanDistance,
    duplicates: generated.nearest.filter((distance) => distance < near).length / generated.nearest.length,
  }
}
