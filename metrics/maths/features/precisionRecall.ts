import { addRows, type FeatureRows, noRows, rowsAt } from "./featureRows.ts"
import { squaredRadii } from "./neighbourRadii.ts"
import {
  eachRow,
  type PreparedRows,
  prepareAlone,
  prepareBeside,
  prepareRows,
  squaredDistance,
} from "./preparedRows.ts"

export interface PrecisionRecallOptions {
  /** The neighbour whose distance is a ball's radius: 3 for precision and recall, 5 for density and coverage are usual. */
  readonly neighbours: number
  /**
   * Whether a vector on a ball's surface is inside: `<=` as NVIDIA's reference and torch-fidelity have it, `<` as prdc has
   * it. They differ where sets hold equal vectors.
   */
  readonly inside: "<" | "<="
}

export interface PrecisionRecall {
  /** Share of generated vectors inside the ball of a real one, in [0, 1] (Kynkaanniemi et al. 2019, equation 2). */
  readonly precision: number
  /** Share of real vectors inside the ball of a generated one, in [0, 1]. */
  readonly recall: number
  /** Mean over generated vectors of the number of real balls around them, over `neighbours`; may exceed 1 (Naeem et al. 2020, equation 4). */
  readonly density: number
  /** Share of real balls that hold a generated vector, in [0, 1] (Naeem et al. 2020, equation 5). */
  readonly coverage: number
}

/**
 * Precision, recall, density and coverage of generated vectors, as exact float64 distances give them.
 * @throws one sentence when a side has no more than `neighbours` vectors
 */
export function precisionRecall(
  real: FeatureRows,
  generated: FeatureRows,
  options: PrecisionRecallOptions,
): PrecisionRecall {
  return precisionRecallAmong(real, options).of(generated)
}

/** Precision, recall, density and coverage among a real set whose balls are measured once. */
export interface AmongReal {
  /** `precisionRecall`. */
  of(generated: FeatureRows): PrecisionRecall
  /**
   * `precisionRecall` of multisets of generated vectors, each told by how often it holds every vector. Distances to real vectors are
   * computed once for 32 of them.
   */
  ofCounted(generated: FeatureRows, counts: readonly Uint32Array[]): readonly PrecisionRecall[]
}

/** `precisionRecall` of any number of generated sets among one real set. */
export function precisionRecallAmong(real: FeatureRows, options: PrecisionRecallOptions): AmongReal {
  const reals = prepareAlone(real)
  const radii = squaredRadii(reals, options.neighbours)
  const counted = (generated: FeatureRows, counts: readonly Uint32Array[]): PrecisionRecall[] => {
    const most = counts.slice(0, bits)
    const rest = counts.slice(bits)
    return [
      ...countedAmong(reals, radii, generated, most, options),
      ...(rest.length === 0 ? [] : counted(generated, rest)),
    ]
  }
  return {
    of: (generated) => counted(generated, [new Uint32Array(generated.count).fill(1)])[0]!,
    ofCounted: counted,
  }
}

/** Multisets that one pass over all distances can tell apart. */
const bits = 32

function countedAmong(
  reals: PreparedRows,
  realRadii: Float64Array,
  generated: FeatureRows,
  counts: readonly Uint32Array[],
  { neighbours, inside }: PrecisionRecallOptions,
): PrecisionRecall[] {
  const fakes = prepareBeside(reals, generated)
  const radii = counts.map((count) => radiiOfCounted(reals, fakes, count, neighbours))
  const held = Uint32Array.from({ length: generated.count }, (_, j) =>
    maskOf(counts, (count) => count[j]! > 0),
  )
  const largest = Float64Array.from(held, (_, j) => Math.max(...radii.map((of) => of[j]!)))
  const smallest = Float64Array.from(held, (_, j) =>
    Math.min(...radii.map((of) => of[j]!).filter((of) => of >= 0)),
  )
  const within = inside === "<=" ? (d: number, r: number) => d <= r : (d: number, r: number) => d < r
  const all = maskOf(counts, () => true)
  const balls = new Uint32Array(generated.count)
  // Bit b is about multiset b.
  const inFake = new Uint32Array(reals.rows.count)
  const covered = new Uint32Array(reals.rows.count)
  eachRow(reals, fakes, ({ i, start, count, lows, highs }) => {
    const radius = realRadii[i]!
    for (let at = 0; at < count; at++) {
      const j = start + at
      const low = lows[at]!
      const most = largest[j]!
      if (low > radius && (low > most || inFake[i] === all)) continue
      const high = highs[at]!
      const decided = (high < radius || low > radius) && (high < smallest[j]! || low > most)
      const distance = decided ? high : squaredDistance(reals.row(i), fakes.row(j))
      if (within(distance, radius)) {
        balls[j]!++
        covered[i]! |= held[j]!
      }
      if (within(distance, most)) inFake[i]! |= maskOf(radii, (of) => within(distance, of[j]!))
    }
  })
  return counts.map((count, at) => {
    const drawn = count.reduce((sum, times) => sum + times, 0)
    const inBalls = balls.reduce((sum, of, j) => sum + (of > 0 ? count[j]! : 0), 0)
    return {
      precision: inBalls / drawn,
      recall: shareWith(inFake, at),
      density: balls.reduce((sum, of, j) => sum + of * count[j]!, 0) / (neighbours * drawn),
      coverage: shareWith(covered, at),
    }
  })
}

/** Squared radii of a multiset's members by vector; -1 of vectors that it does not hold. */
function radiiOfCounted(
  reals: PreparedRows,
  fakes: PreparedRows,
  count: Uint32Array,
  neighbours: number,
): Float64Array {
  if (count.every((times) => times === 1)) return squaredRadii(fakes, neighbours)
  const places = Int32Array.from(Array.from(count, (times, j) => Array<number>(times).fill(j)).flat())
  const drawn = addRows(noRows(fakes.rows.size), rowsAt(fakes.rows, places))
  const radii = new Float64Array(count.length).fill(-1)
  for (const [at, radius] of squaredRadii(prepareBeside(reals, drawn), neighbours).entries()) {
    radii[places[at]!] = radius
  }
  return radii
}

function maskOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let mask = 0
  for (let at = 0; at < items.length; at++) if (holds(items[at]!)) mask |= 1 << at
  return mask >>> 0
}

/** Share of masks with a bit. */
function shareWith(masks: Uint32Array, bit: number): number {
  return masks.reduce((sum, mask) => sum + ((mask >>> bit) & 1), 0) / masks.length
}

/** What keeps a realism finite where a generated vector equals a real one. */
const smallestDistance = 1e-5

/**
 * Realism of every generated vector: the largest ratio of a real ball's radius to its centre's distance, over the balls
 * whose radius is at most the median (Kynkaanniemi et al. 2019, section 5); at least 1 inside such a ball.
 * @returns float64 `[generated]`
 */
export function realism(real: FeatureRows, generated: FeatureRows, neighbours: number): Float64Array {
  const [reals, fakes] = prepareRows(real, generated)
  const radii = squaredRadii(reals, neighbours).map(Math.sqrt)
  const median = medianOf(radii)
  const best = new Float64Array(generated.count)
  const candidates: number[][] = Array.from({ length: generated.count }, () => [])
  eachRow(reals, fakes, ({ i, start, count, lows, highs }) => {
    const radius = radii[i]!
    if (radius > median) return
    for (let at = 0; at < count; at++) {
      const j = start + at
      if (radius / (Math.sqrt(Math.max(0, lows[at]!)) + smallestDistance) < best[j]!) continue
      best[j] = Math.max(best[j]!, radius / (Math.sqrt(highs[at]!) + smallestDistance))
      candidates[j]!.push(i)
    }
  })
  return Float64Array.from(candidates, (places, j) =>
    places.reduce((largest, i) => Math.max(largest, ratio(reals, i, fakes, j, radii[i]!)), 0),
  )
}

function ratio(reals: PreparedRows, i: number, fakes: PreparedRows, j: number, radius: number): number {
  return radius / (Math.sqrt(squaredDistance(reals.row(i), fakes.row(j))) + smallestDistance)
}

function medianOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
