import { addRows, type FeatureRows, noRows } from "./featureRows.ts"
import { eachRow, type PreparedRows, prepareAlone, prepareBeside, squaredDistance } from "./preparedRows.ts"

/** A vector of the reference, and how far it is. */
export interface Neighbour {
  /** Its place in the reference. */
  readonly place: number
  /** Euclidean. */
  readonly distance: number
}

/** The nearest neighbours of some vectors among those of a reference that were seen so far. */
export interface NearestSoFar {
  readonly asked: PreparedRows
  readonly neighbours: number
  /** Vectors of the reference. */
  readonly seen: number
  /** Of each vector that is asked about the nearest ones, nearest first; of equally near ones the first comes first. */
  readonly nearest: readonly (readonly Neighbour[])[]
}

/**
 * Nothing seen yet.
 * @param asked vectors whose neighbours are wanted
 * @param neighbours wanted of each, 1 or more
 */
export function noNeighbours(asked: FeatureRows, neighbours: number): NearestSoFar {
  if (!Number.isInteger(neighbours) || neighbours < 1) {
    throw new RangeError(`Expected a whole number of neighbours, 1 or more, but got ${neighbours}.`)
  }
  const nearest = Array.from({ length: asked.count }, () => [])
  return { asked: prepareAlone(asked), neighbours, seen: 0, nearest }
}

/**
 * Looks at more vectors of the reference, which need not be kept. Distances are those of float64 differences, whatever the blocks.
 * @param rows `[vectors, size]`, row-major
 */
export function addReference(
  { asked, neighbours, seen, nearest }: NearestSoFar,
  rows: Float32Array | Float64Array,
): NearestSoFar {
  const reference = prepareBeside(asked, addRows(noRows(asked.rows.size), rows))
  const found = nearest.map((own) => [...own])
  eachRow(asked, reference, ({ i, start, count, lows }) => {
    const own = found[i]!
    for (let at = 0; at < count; at++) {
      const limit = own.length < neighbours ? Number.POSITIVE_INFINITY : own.at(-1)!.distance
      if (lows[at]! > limit ** 2 * (1 + 1e-12)) continue
      const distance = Math.sqrt(squaredDistance(asked.row(i), reference.row(start + at)))
      if (!(distance < limit)) continue
      const before = own.findIndex((other) => other.distance > distance)
      own.splice(before < 0 ? own.length : before, 0, { place: seen + start + at, distance })
      if (own.length > neighbours) own.pop()
    }
  })
  return { asked, neighbours, seen: seen + reference.rows.count, nearest: found }
}

/**
 * The nearest neighbours of vectors in a reference, nearest first, as exact float64 distances give them.
 * @returns of each vector as many as are wanted, or as the reference has
 */
export function nearestNeighbours(
  asked: FeatureRows,
  reference: FeatureRows,
  neighbours: number,
): readonly (readonly Neighbour[])[] {
  return reference.blocks.reduce(addReference, noNeighbours(asked, neighbours)).nearest
}
