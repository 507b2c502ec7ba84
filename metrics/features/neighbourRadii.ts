import { eachPair, type PreparedRows, squaredDistance } from "./preparedRows.ts"

/** Candidates that a vector keeps before those are dropped that nearer ones have ruled out. */
const mostCandidates = 64

/** The places that may be among a vector's nearest neighbours, as far as bounds of their distances tell. */
class Candidates {
  /** The smallest upper bounds so far, ascending: the last bounds the distance of the k-th nearest. */
  private readonly highs: Float64Array
  private places: number[] = []
  private lows: number[] = []

  constructor(neighbours: number) {
    this.highs = new Float64Array(neighbours).fill(Number.POSITIVE_INFINITY)
  }

  private get limit(): number {
    return this.highs[this.highs.length - 1]!
  }

  offer(place: number, low: number, high: number): void {
    if (low > this.limit) return
    this.places.push(place)
    this.lows.push(low)
    if (high < this.limit) {
      let at = this.highs.length - 1
      for (; at > 0 && this.highs[at - 1]! > high; at--) this.highs[at] = this.highs[at - 1]!
      this.highs[at] = high
    }
    if (this.places.length % mostCandidates === 0) this.drop()
  }

  private drop(): void {
    const kept = this.places.map((_, i) => i).filter((i) => this.lows[i]! <= this.limit)
    this.places = kept.map((i) => this.places[i]!)
    this.lows = kept.map((i) => this.lows[i]!)
  }

  remaining(): readonly number[] {
    this.drop()
    return this.places
  }
}

/**
 * Squared distance of every vector to its k-th nearest neighbour in its own set, itself left out: float64 `[count]`, as if
 * all differences had been summed in float64.
 *
 * @throws one sentence when the set has no more than `neighbours` vectors
 */
export function squaredRadii(set: PreparedRows, neighbours: number): Float64Array {
  const { count } = set.rows
  if (count <= neighbours) {
    throw new RangeError(
      `Expected more than ${neighbours} vectors, each with ${neighbours} neighbours, but got ${count}; ` +
        "judge more images or count fewer neighbours.",
    )
  }
  const candidates = Array.from({ length: count }, () => new Candidates(neighbours))
  eachPair(set, set, (i, j, low, high) => {
    candidates[i]!.offer(j, low, high)
    candidates[j]!.offer(i, low, high)
  })
  return Float64Array.from(candidates, (own, i) => {
    const distances = own.remaining().map((place) => squaredDistance(set.row(i), set.row(place)))
    return distances.sort((a, b) => a - b)[neighbours - 1]!
  })
}
