import type { FeatureRows } from "./featureRows.ts"
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
  return precisionRecallAmong(real, options)(generated)
}

/** `precisionRecall` of any number of generated sets among one real set, whose balls are measured once. */
export function precisionRecallAmong(
  real: FeatureRows,
  { neighbours, inside }: PrecisionRecallOptions,
): (generated: FeatureRows) => PrecisionRecall {
  const reals = prepareAlone(real)
  const radii = squaredRadii(reals, neighbours)
  return (generated) => among(reals, radii, generated, { neighbours, inside })
}

function among(
  reals: PreparedRows,
  realRadii: Float64Array,
  generated: FeatureRows,
  { neighbours, inside }: PrecisionRecallOptions,
): PrecisionRecall {
  const real = reals.rows
  const fakes = prepareBeside(reals, generated)
  const fakeRadii = squaredRadii(fakes, neighbours)
  const withSurface = inside === "<="
  const inReal = new Uint8Array(generated.count)
  const inFake = new Uint8Array(real.count)
  const covered = new Uint8Array(real.count)
  let balls = 0
  eachRow(reals, fakes, ({ i, start, count, lows, highs }) => {
    const radius = realRadii[i]!
    for (let at = 0; at < count; at++) {
      const j = start + at
      const low = lows[at]!
      const other = fakeRadii[j]!
      if (low > radius && (low > other || inFake[i] === 1)) continue
      const high = highs[at]!
      const decided = (high < radius || low > radius) && (high < other || low > other)
      const distance = decided ? high : squaredDistance(reals.row(i), fakes.row(j))
      if (distance < radius || (withSurface && distance === radius)) {
        inReal[j] = 1
        covered[i] = 1
        balls++
      }
      if (distance < other || (withSurface && distance === other)) inFake[i] = 1
    }
  })
  return {
    precision: share(inReal),
    recall: share(inFake),
    density: balls / (neighbours * generated.count),
    coverage: share(covered),
  }
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

function share(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0) / flags.length
}
