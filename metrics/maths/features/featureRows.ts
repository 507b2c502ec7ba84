/** Feature vectors that were kept as they came, block by block. */
export interface FeatureRows {
  /** Features of each vector. */
  readonly size: number
  /** Number of vectors. */
  readonly count: number
  /** Row-major `[vectors, size]` each. */
  readonly blocks: readonly (Float32Array | Float64Array)[]
}

/** No vectors. */
export function noRows(size: number): FeatureRows {
  return { size, count: 0, blocks: [] }
}

/**
 * Adds a block of vectors, which is kept, not copied: leave it alone afterwards.
 * @param rows `[vectors, size]`, row-major
 */
export function addRows(kept: FeatureRows, rows: Float32Array | Float64Array): FeatureRows {
  if (rows.length % kept.size !== 0) {
    throw new RangeError(`Expected rows of ${kept.size} features, but got ${rows.length} numbers in all.`)
  }
  if (rows.length === 0) return kept
  return { ...kept, count: kept.count + rows.length / kept.size, blocks: [...kept.blocks, rows] }
}

/** The vectors of both, in this order. */
export function mergeRows(a: FeatureRows, b: FeatureRows): FeatureRows {
  if (a.size !== b.size) {
    throw new RangeError(`Expected rows of equally many features, but got ${a.size} and ${b.size}.`)
  }
  return { size: a.size, count: a.count + b.count, blocks: [...a.blocks, ...b.blocks] }
}

/** Vectors `start` to `end`, float64 `[end - start, size]`, row-major: a view where one float64 block holds them. */
export function rowsBetween({ size, blocks }: FeatureRows, start: number, end: number): Float64Array {
  const values = new Float64Array((end - start) * size)
  let first = 0
  for (const block of blocks) {
    const last = first + block.length / size
    if (first < end && last > start) {
      const from = (Math.max(start, first) - first) * size
      const to = (Math.min(end, last) - first) * size
      if (block instanceof Float64Array && first <= start && last >= end) return block.subarray(from, to)
      values.set(block.subarray(from, to), Math.max(0, first - start) * size)
    }
    first = last
  }
  return values
}

/** The vectors at the given places, float64 `[places.length, size]`, row-major. */
export function rowsAt(rows: FeatureRows, places: ArrayLike<number>): Float64Array {
  const values = new Float64Array(places.length * rows.size)
  const row = rowReader(rows)
  for (let i = 0; i < places.length; i++) values.set(row(places[i]!), i * rows.size)
  return values
}

/** Reads single vectors, each as a view `[size]` of its block. */
export function rowReader({ size, blocks }: FeatureRows): (place: number) => Float32Array | Float64Array {
  const starts: number[] = []
  let count = 0
  for (const block of blocks) {
    starts.push(count)
    count += block.length / size
  }
  return (place) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= place) low = middle
      else high = middle - 1
    }
    const from = (place - starts[low]!) * size
    return blocks[low]!.subarray(from, from + size)
  }
}
