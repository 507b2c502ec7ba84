import { stream } from "@saddlepoint/engine/random"
import { resamplings } from "../statistics/bootstrap.ts"
import { quantileOfSorted } from "../statistics/quantile.ts"

/** Accuracies on one target test split, of one architecture and budget, of one training seed. */
export interface GapRuns {
  readonly seed: number
  /** Trained on the source domain alone. */
  readonly sourceOnly: number
  readonly adapted: number
  /** Trained on the target domain's labels. */
  readonly targetOracle: number
}

export interface GapClosed {
  /** Of the means over seeds; NaN where there is no gap. */
  readonly fraction: number
  /**
   * Percentile interval of the fraction over resampled seeds; absent with fewer than two seeds, or where more than
   * `alpha` of the resamples show no gap to close.
   */
  readonly interval?: { readonly low: number; readonly high: number }
  readonly seeds: number
  readonly resamples: number
  /** Resamples in which the oracle was not above source-only; they are no part of the interval. */
  readonly withoutGap: number
}

/**
 * Share of the gap from source-only to target-trained accuracy that adaptation closes:
 * `(adapted - sourceOnly) / (targetOracle - sourceOnly)`. Below 0 where adaptation harms, above 1 where it beats the
 * oracle.
 *
 * @returns NaN where oracle and source-only are equal: there is no gap, and the share is undefined
 */
export function gapClosed(sourceOnly: number, adapted: number, targetOracle: number): number {
  const gap = targetOracle - sourceOnly
  return gap === 0 ? Number.NaN : (adapted - sourceOnly) / gap
}

/**
 * The share of the gap closed, of means over seeds, with its bootstrap interval: seeds are drawn with replacement, and
 * each brings all three of its runs, so that what they share cancels. Below 20 seeds such intervals are too narrow: read
 * them as descriptions.
 *
 * @param runs one for each training seed
 * @param alpha 1 minus the confidence
 * @param seed of the resampling, not of training
 */
export function gapClosedOverSeeds(
  runs: readonly GapRuns[],
  {
    alpha,
    seed,
    resamples = 10_000,
  }: { readonly alpha: number; readonly seed: number; readonly resamples?: number },
): GapClosed {
  if (runs.length === 0 || new Set(runs.map((run) => run.seed)).size !== runs.length) {
    throw new RangeError(
      `Expected runs of different seeds, at least 1, but got seeds [${runs.map((run) => run.seed)}]; give one entry for each training seed.`,
    )
  }
  const ordered = runs.toSorted((a, b) => a.seed - b.seed)
  const seeds = ordered.length
  const fraction = fractionOf(ordered)
  if (seeds < 2) return { fraction, seeds, resamples: 0, withoutGap: 0 }
  const fractions: number[] = []
  for (const taken of resamplings(stream(seed, "gapClosed", "bootstrap"), seeds, resamples)) {
    const drawn = Array.from(taken, (i) => ordered[i]!)
    if (sumOf(drawn, "targetOracle") > sumOf(drawn, "sourceOnly")) fractions.push(fractionOf(drawn))
  }
  const found = { fraction, seeds, resamples, withoutGap: resamples - fractions.length }
  if (found.withoutGap > alpha * resamples) return found
  fractions.sort((a, b) => a - b)
  return {
    ...found,
    interval: {
      low: quantileOfSorted(fractions, alpha / 2),
      high: quantileOfSorted(fractions, 1 - alpha / 2),
    },
  }
}

function fractionOf(runs: readonly GapRuns[]): number {
  const mean = (which: "sourceOnly" | "adapted" | "targetOracle") => sumOf(runs, which) / runs.length
  return gapClosed(mean("sourceOnly"), mean("adapted"), mean("targetOracle"))
}

function sumOf(runs: readonly GapRuns[], which: "sourceOnly" | "adapted" | "targetOracle"): number {
  return runs.reduce((sum, run) => sum + run[which], 0)
}
