import { stream } from "@saddlepoint/engine/random"
import { type Bootstrapped, bootstrapInterval, resamplings } from "../maths/statistics/bootstrap.ts"
import { cliffsDelta, pairedD, probabilityOfSuperiority } from "../maths/statistics/effectSize.ts"
import { mean } from "../maths/statistics/mean.ts"
import { bootstrapCoverage, COVERAGE_ALPHA } from "./bootstrapCoverage.ts"
import { figure } from "./figure.ts"
import { pairedDifferences, type SeedScores } from "./seedScores.ts"

/** Fewer seeds than this, and a bootstrap interval covers noticeably less than it says. */
export const SEEDS_FOR_BOOTSTRAP = 20

const RESAMPLES = 2000

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Bootstrap intervals of the mean difference; no verdict rests on them. */
export interface BootstrapIntervals {
  readonly resamples: number
  readonly percentile: Interval
  /** Null where the differences show no spread. */
  readonly bca: Interval | null
  /** True below 20 seeds, where they describe the seeds seen and are too narrow for a claim. */
  readonly descriptive: boolean
  /**
   * Share of simulated studies with normal differences and as many seeds in which such intervals held the true
   * difference; null where it was not simulated.
   */
  readonly coverage: { readonly percentile: number; readonly bca: number } | null
  /** Both intervals, how far they can be trusted, and the coverage that was measured. */
  readonly sentence: string
}

/** Effect sizes and bootstrap intervals of a difference, beside its significance; all null with fewer than two seeds. */
export interface Description {
  readonly bootstrap: BootstrapIntervals | null
  /** In [-1, 1], of challenger against baseline in the metric's own sign. */
  readonly cliffsDelta: number | null
  /** Mean difference in standard deviations of the seeds' differences; null where they have none. */
  readonly pairedD: number | null
  /** Chance that a seed of the challenger is better than a seed of the baseline, ties half. */
  readonly probabilityOfImprovement: number | null
}

/** Describes a comparison over the seeds that both arms have. */
export function describe(
  challenger: SeedScores,
  baseline: SeedScores,
  higherIsBetter: boolean,
  alpha: number,
): Description {
  const differences = pairedDifferences(challenger, baseline).map(({ difference }) => difference)
  if (differences.length < 2) {
    return { bootstrap: null, cliffsDelta: null, pairedD: null, probabilityOfImprovement: null }
  }
  const ours = [...challenger.values()]
  const theirs = [...baseline.values()]
  const d = pairedD(differences)
  return {
    bootstrap: differenceIntervals(differences, alpha),
    cliffsDelta: cliffsDelta(ours, theirs),
    pairedD: Number.isFinite(d) ? d : null,
    probabilityOfImprovement: higherIsBetter
      ? probabilityOfSuperiority(ours, theirs)
      : probabilityOfSuperiority(theirs, ours),
  }
}

/** Percentile and BCa intervals of the mean of at least two differences, at level 1 - `alpha`. */
export function differenceIntervals(differences: readonly number[], alpha: number): BootstrapIntervals {
  const n = differences.length
  const bootstrapped = bootstrapMean(differences)
  const intervals = {
    resamples: RESAMPLES,
    percentile: bootstrapInterval(bootstrapped, alpha, "percentile")!,
    bca: bootstrapInterval(bootstrapped, alpha, "bca"),
    descriptive: n < SEEDS_FOR_BOOTSTRAP,
    coverage: alpha === COVERAGE_ALPHA ? (bootstrapCoverage[n] ?? null) : null,
  }
  return { ...intervals, sentence: intervalSentence(intervals, n, alpha) }
}

function intervalSentence(
  { percentile, bca, descriptive, coverage }: Omit<BootstrapIntervals, "sentence">,
  seeds: number,
  alpha: number,
): string {
  const ends = ({ low, high }: Interval) => `${figure(low)} to ${figure(high)}`
  const both = `Bootstrap intervals of the mean difference at ${percent(1 - alpha)}: percentile ${ends(percentile)}, BCa ${bca === null ? "none, for want of spread" : ends(bca)}`
  if (!descriptive) return `${both}.`
  const measured =
    coverage === null
      ? ""
      : `; with normal differences such intervals held the true one in ${percent(coverage.percentile)} and ${percent(coverage.bca)} of simulated studies`
  return `${both}; descriptive only, as ${seeds} seeds are fewer than ${SEEDS_FOR_BOOTSTRAP}${measured}.`
}

const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`

/** `bootstrap` of a mean, without building the resamples. */
function bootstrapMean(values: readonly number[]): Bootstrapped {
  const n = values.length
  const taken = resamplesOf(n)
  const resampled = new Float64Array(RESAMPLES)
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += values[taken[i * n + j]!]!
    resampled[i] = sum / n
  }
  const estimate = mean(values)
  return {
    estimate,
    resampled: resampled.sort(),
    jackknife: values.map((value) => estimate + (estimate - value) / (n - 1)),
  }
}

const drawn = new Map<number, Uint32Array>()

/** The same resamples for all comparisons with so many seeds, so that arms can be swapped and metrics set side by side. */
function resamplesOf(seeds: number): Uint32Array {
  const known = drawn.get(seeds)
  if (known !== undefined) return known
  const all = new Uint32Array(RESAMPLES * seeds)
  let i = 0
  for (const one of resamplings(stream(0, "verdict", "bootstrap", seeds), seeds, RESAMPLES)) {
    all.set(one, seeds * i++)
  }
  drawn.set(seeds, all)
  return all
}
