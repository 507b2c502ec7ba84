import { eachRow, type PreparedRows, squaredDistance } from "./preparedRows.ts"

/** Candidates that a vector keeps at first before those are dropped that nearer ones have ruled out. */
const firstCandidates = 16

/** The places that may be among a vector's nearest neighbours, as far as bounds of their distances tell. */
class Candidates {
  /** The smallest upper bounds so far, ascending: the last bounds the distance of the k-th nearest. */
  private readonly highs: Float64Array
  private places: number[] = []
  private lows: number[] = []
  private room = firstCandidates

  constructor(neighbours: number) {
    this.highs = new Float64Array(neighbours).fill(Number.POSITIVE_INFINITY)
  }

  /** The distance of the k-th nearest is at most this; only places whose lower bound is not above it are worth an offer. */
  get limit(): number {
    return this.highs[this.highs.length - 1]!
  }

  offer(place: number, low: number, high: number): void {
    this.places.push(place)
    this.lows.push(low)
    if (high < this.limit) {
      let at = this.highs.length - 1
      for (; at > 0 && this.highs[at - 1]! > high; at--) this.highs[at] = this.highs[at - 1]!
      this.highs[at] = high
    }
    if (this.places.length < this.room) return
    this.drop()
    this.room = Math.max(firstCandidates, 2 * this.places.length)
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
  const limits = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  // What has enough copies needs no search; where all are copies, every one of them would be a candidate of every other.
  const copied = withCopies(set, neighbours)
  for (const place of copied) limits[place] = Number.NEGATIVE_INFINITY
  const offer = (place: number, other: number, low: number, high: number): void => {
    candidates[place]!.offer(other, low, high)
    limits[place] = candidates[place]!.limit
  }
  eachRow(set, set, ({ i, start, count: others, lows, highs }) => {
    for (let at = 0; at < others; at++) {
      const low = lows[at]!
      const j = start + at
      if (low <= limits[i]!) offer(i, j, low, highs[at]!)
      if (low <= limits[j]!) offer(j, i, low, highs[at]!)
    }
  })
  return Float64Array.from(candidates, (own, i) => {
    if (limits[i] === Number.NEGATIVE_INFINITY) return 0
    const distances = own.remaining().map((place) => squaredDistance(set.row(i), set.row(place)))
    return distances.sort((a, b) => a - b)[neighbours - 1]!
  })
}

/** Places of the vectors that have at least so many copies beside themselves. */
function withCopies({ rows, squares, row }: PreparedRows, copies: number): readonly number[] {
  const sameLength = new Map<number, number[]>()
  for (let place = 0; place < rows.count; place++) {
    const places = sameLength.get(squares[place]!)
    if (places === undefined) sameLength.set(squares[place]!, [place])
    else places.push(place)
  }
  return [...sameLength.values()]
    .filter((places) => places.length > copies)
    .flatMap((places) => {
      const kinds: number[][] = []
      for (const place of places) {
        const kind = kinds.find(([first]) => squaredDistance(row(first!), row(place)) === 0)
        if (kind === undefined) kinds.push([place])
        else kind.push(place)
      }
      return kinds.filter((kind) => kind.length > copies).flat()
    })
}
