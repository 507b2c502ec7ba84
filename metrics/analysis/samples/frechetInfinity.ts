import { type FeatureRows, rowsAt } from "../../maths/features/featureRows.ts"
import { frechetDistance, type Gaussian } from "../../maths/features/frechet.ts"
import { drawPlaces } from "../../maths/features/kernelInceptionDistance.ts"
import type { Places } from "../../maths/features/kernelSums.ts"
import { addVectors, type Moments, noMoments, settledMoments } from "../../maths/features/moments.ts"

export interface FrechetInfinityOptions {
  /** Of the streams that draw the subsets. */
  readonly seed: number
  /** Sizes of subsets, at equal steps from the smallest to all vectors; 15 where left out, as in the paper. */
  readonly points?: number
  /**
   * Vectors of the smallest subset. Where left out 5,000 as in the paper, and half of the vectors where there are fewer than
   * 10,000: smaller subsets leave the range in which the bias is a straight line in `1 / n`.
   */
  readonly smallest?: number
}

/** Frechet distances of subsets, and where they lead. */
export interface FrechetInfinity {
  /** The distance at infinitely many generated vectors: the line's height at `1 / n = 0`. */
  readonly value: number
  /** Of the line, in `n` times a distance: the bias at `n` vectors is `slope / n`. */
  readonly slope: number
  /** Smallest subset first; the last holds all vectors. */
  readonly points: readonly { readonly n: number; readonly fid: number }[]
}

/** Vectors that are read at once: bounds memory. */
const rowsAtOnce = 1024

/**
 * FID without the bias of the number of generated images (FID_inf, Chong and Forsyth 2020): the bias is nearly a
 * constant over `n`, and depends on the generator, so distances at several `n` are fitted by a line in `1 / n` (least squares)
 * and its intercept is taken. Each subset is drawn without replacement, from a stream of its own. The bias of the reference's own
 * number stays.
 *
 * @throws one sentence when there are too few vectors for so many different sizes, or fewer than two sizes
 */
export function frechetInfinity(
  generated: FeatureRows,
  reference: Gaussian,
  { seed, points = 15, smallest = Math.min(5000, Math.floor(generated.count / 2)) }: FrechetInfinityOptions,
): FrechetInfinity {
  if (points < 2 || smallest < 2) {
    throw new RangeError(
      `Expected at least 2 sizes of subsets for FID_inf, the smallest of at least 2 vectors, but got ${points} from ` +
        `${smallest} on; judge more images or ask for more and larger subsets.`,
    )
  }
  if (generated.count < smallest + points - 1) {
    throw new RangeError(
      `Expected at least ${smallest + points - 1} generated vectors for FID_inf, ${points} sizes from ${smallest} on, but got ` +
        `${generated.count}; judge more images or take fewer points.`,
    )
  }
  const step = (generated.count - smallest) / (points - 1)
  const found = Array.from({ length: points }, (_, point) => {
    const n = Math.round(smallest + point * step)
    const places = drawPlaces(generated.count, n, seed, "frechetInfinity", point)
    return { n, fid: frechetDistance(momentsAt(generated, places), reference) }
  })
  return { ...lineInInverse(found), points: found }
}

function momentsAt(rows: FeatureRows, places: Places): Moments {
  let running = noMoments(rows.size)
  for (let start = 0; start < places.length; start += rowsAtOnce) {
    running = addVectors(running, rowsAt(rows, places.subarray(start, start + rowsAtOnce)))
  }
  return settledMoments(running)
}

/** Least squares of `fid = value + slope / n`. */
function lineInInverse(points: FrechetInfinity["points"]): {
  readonly value: number
  readonly slope: number
} {
  const mean = (of: (point: FrechetInfinity["points"][number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [inverse, fid] = [mean(({ n }) => 1 / n), mean((point) => point.fid)]
  const slope =
    mean((point) => (1 / point.n - inverse) * (point.fid - fid)) / mean(({ n }) => (1 / n - inverse) ** 2)
  return { value: fid - slope * inverse, slope }
}
