import { squaredDistanceOfRows } from "../../maths/features/kernel.ts"

/** A mixture of equally round Gaussians, as the ring of 8 and the grid of 25. */
export interface PointMixture {
  /** float64 `[modes, size]`, row-major */
  readonly centres: Float64Array
  /** Dimensions of a point. */
  readonly size: number
  /** Standard deviation of every Gaussian in every dimension. */
  readonly deviation: number
  /** Share of each mode; equal where left out. */
  readonly weights?: readonly number[]
}

/** Samples by mode, in a form that more can be added to. */
export interface RunningModes {
  readonly samples: number
  /** By mode: samples that have its centre nearest. */
  readonly nearest: Float64Array
  /** By mode: those of them that are within the radius. */
  readonly highQuality: Float64Array
}

export interface ModeCoverage {
  /** Modes with at least `minimumCount` samples of high quality. */
  readonly modes: number
  /** Share of the samples that are of high quality, in [0, 1]. */
  readonly highQualityShare: number
  /** By mode; see `RunningModes`. */
  readonly nearest: readonly number[]
  readonly highQuality: readonly number[]
  /** Of the samples of high quality over the modes, in nats; NaN, as all that follow, where there is none. */
  readonly entropy: number
  /** `KL(samples || uniform)` in nats. */
  readonly klToUniform: number
  /** Jensen-Shannon divergence to uniform, in nats, in [0, ln 2]. */
  readonly jsToUniform: number
  /** `KL(samples || mixture)` in nats: `klToUniform` where the mixture's weights are equal. */
  readonly reverseKl: number
}

/** No samples. */
export function noModes(mixture: PointMixture): RunningModes {
  const modes = modesOf(mixture)
  return { samples: 0, nearest: new Float64Array(modes), highQuality: new Float64Array(modes) }
}

/**
 * Adds samples. One belongs to the nearest centre, the first where two are equally near, and is of high quality where
 * its distance is strictly below `radius` standard deviations (3 in Srivastava et al. 2017 and PacGAN, Lin et al. 2018).
 *
 * @param samples `[rows, size]`, row-major
 */
export function addModes(
  running: RunningModes,
  mixture: PointMixture,
  samples: Float32Array | Float64Array,
  radius = 3,
): RunningModes {
  const { centres, size, deviation } = mixture
  const rows = samples.length / size
  if (!Number.isInteger(rows)) {
    throw new RangeError(`Expected points of ${size} dimensions, but got ${samples.length} numbers in all.`)
  }
  const nearest = Float64Array.from(running.nearest)
  const highQuality = Float64Array.from(running.highQuality)
  for (let row = 0; row < rows; row++) {
    let mode = 0
    let least = Number.POSITIVE_INFINITY
    for (let centre = 0; centre < nearest.length; centre++) {
      const distance = squaredDistanceOfRows(samples, row, centres, centre, size)
      if (distance < least) {
        least = distance
        mode = centre
      }
    }
    if (!Number.isFinite(least)) {
      throw new RangeError(
        "Expected finite points, but one holds NaN or infinity; look at the trial's losses.",
      )
    }
    nearest[mode]! += 1
    if (Math.sqrt(least) < radius * deviation) highQuality[mode]! += 1
  }
  return { samples: running.samples + rows, nearest, highQuality }
}

/** The samples of two sets together. */
export function mergeModes(a: RunningModes, b: RunningModes): RunningModes {
  return {
    samples: a.samples + b.samples,
    nearest: a.nearest.map((count, i) => count + b.nearest[i]!),
    highQuality: a.highQuality.map((count, i) => count + b.highQuality[i]!),
  }
}

/**
 * What the samples cover.
 * @param minimumCount samples of high quality that a mode needs to count; report it with the number of modes
 * @throws one sentence when there are no samples
 */
export function settledModes(
  { samples, nearest, highQuality }: RunningModes,
  mixture: PointMixture,
  minimumCount = 1,
): ModeCoverage {
  if (samples === 0) throw new RangeError("Expected at least 1 sample for mode coverage, but got 0.")
  const modes = highQuality.length
  const good = highQuality.reduce((sum, count) => sum + count, 0)
  const shares = [...highQuality].map((count) => count / good)
  const uniform = shares.map(() => 1 / modes)
  const middle = shares.map((share) => (share + 1 / modes) / 2)
  return {
    modes: highQuality.filter((count) => count >= minimumCount).length,
    highQualityShare: good / samples,
    nearest: [...nearest],
    highQuality: [...highQuality],
    entropy: -divergence(
      shares,
      shares.map(() => 1),
    ),
    klToUniform: divergence(shares, uniform),
    jsToUniform: (divergence(shares, middle) + divergence(uniform, middle)) / 2,
    reverseKl: divergence(shares, mixture.weights ?? uniform),
  }
}

/** Mode coverage of all samples at once. */
export function modeCoverage(
  samples: Float32Array | Float64Array,
  mixture: PointMixture,
  { radius = 3, minimumCount = 1 }: { readonly radius?: number; readonly minimumCount?: number } = {},
): ModeCoverage {
  return settledModes(addModes(noModes(mixture), mixture, samples, radius), mixture, minimumCount)
}

/** `sum of p ln(p / q)`, in nats; terms with p = 0 are 0. */
function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => (share === 0 ? sum : sum + share * Math.log(share / q[i]!)), 0)
}

function modesOf({ centres, size, weights }: PointMixture): number {
  const modes = centres.length / size
  if (!Number.isInteger(modes) || modes < 1 || (weights !== undefined && weights.length !== modes)) {
    throw new RangeError(
      `Expected centres of ${size} dimensions and a weight for each, but got ${centres.length} numbers and ${weights?.length ?? "no"} weights.`,
    )
  }
  return modes
}
