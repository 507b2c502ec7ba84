import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Comparison } from "@saddlepoint/core/declare/trial"
import { mean } from "../maths/statistics/mean.ts"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { MOST_SIGN_FLIPS, signFlip } from "../maths/statistics/signFlip.ts"
import type { Contest, LostSeeds } from "./decision.ts"
import { differenceNoise } from "./differenceNoise.ts"
import { differing } from "./differing.ts"
import {
  type Evidence,
  type JudgedTrial,
  type JudgedValue,
  type MissingPair,
  type PairedStatus,
  pairsOf,
} from "./evidence.ts"
import { pairedDifferences, type SeedScores, seedScores } from "./seedScores.ts"

/** A comparison with its numbers, before anything is decided. */
export interface Weighed extends Contest {
  readonly comparison: Comparison
  readonly output: MetricOutput
  readonly planned: number
  /** Scores of the seeds that both arms have; empty where they cannot be compared. */
  readonly challenger: SeedScores
  readonly baseline: SeedScores
  readonly differences: readonly { readonly seed: number; readonly difference: number }[]
  readonly missingPairs: readonly MissingPair[]
  /** Of one seed's difference, see `differenceNoise`; no decision rests on it. */
  readonly evaluationNoise: number | null
  /** Why no verdict can be given at all, as a sentence. */
  readonly obstacle: string | null
}

/**
 * Puts a comparison into numbers.
 * @param pairs by default those of the evidence
 * @throws RangeError when the comparison names an unknown metric output
 */
export function weigh(
  comparison: Comparison,
  evidence: Evidence,
  pairs = pairsOf(comparison, evidence),
): Weighed {
  const { outputs, real, headroom } = evidence
  const output = outputs.find(({ name }) => name === comparison.metric)
  if (output === undefined) {
    throw new RangeError(
      `Expected a comparison on one of the metric outputs ${outputs.map(({ name }) => name).join(", ")}, but got "${comparison.metric}".`,
    )
  }
  const judgedValue = (trial: JudgedTrial) => {
    const judged = trial.status === "completed" ? trial.values[comparison.metric] : undefined
    return judged !== undefined && Number.isFinite(judged.value) ? judged : undefined
  }
  const complete: { seed: number; ours: JudgedValue; theirs: JudgedValue }[] = []
  const missingPairs: MissingPair[] = []
  for (const { seed, challenger, baseline } of pairs) {
    const ours = judgedValue(challenger)
    const theirs = judgedValue(baseline)
    if (ours !== undefined && theirs !== undefined) complete.push({ seed, ours, theirs })
    else {
      const status = (trial: JudgedTrial, value: JudgedValue | undefined): PairedStatus =>
        trial.status === "completed" && value === undefined ? "no value" : trial.status
      missingPairs.push({ seed, challenger: status(challenger, ours), baseline: status(baseline, theirs) })
    }
  }
  const unlike = differing(complete.flatMap(({ ours, theirs }) => [ours, theirs]))
  const comparable = unlike === null ? complete : []
  const challenger = seedScores(comparable.map(({ seed, ours }) => [seed, ours.value]))
  const baseline = seedScores(comparable.map(({ seed, theirs }) => [seed, theirs.value]))
  const differences = pairedDifferences(challenger, baseline)
  const enough = differences.length >= 2
  const measured = real[comparison.metric]
  const alike =
    measured === undefined || differing([measured, ...comparable.map(({ theirs }) => theirs)]) === null
  // What perfect answers score: measured on the real images, or known by the metric on any data.
  const perfect = measured === undefined ? output.best : alike ? measured.value : undefined
  const room = headroom[comparison.metric]
  return {
    comparison,
    output,
    alpha: comparison.alpha,
    higherIsBetter: output.higherIsBetter,
    planned: pairs.length,
    challenger,
    baseline,
    differences,
    missingPairs,
    evaluationNoise: differenceNoise(
      comparable.map(({ ours, theirs }) => ({ challenger: ours, baseline: theirs })),
    ),
    test: enough ? pairedT([...challenger.values()], [...baseline.values()], comparison.alpha) : null,
    exactP: () =>
      enough && differences.length <= MOST_SIGN_FLIPS
        ? signFlip(differences.map(({ difference }) => difference))
        : null,
    margin:
      enough && perfect !== undefined
        ? comparison.margin * Math.abs(mean([...baseline.values()]) - perfect)
        : null,
    obstacle:
      room !== undefined && !room.headroom
        ? room.sentence
        : unlike !== null
          ? `The values cannot be compared: their identities differ in ${unlike}.`
          : enough
            ? null
            : `Two pairs of seeds are the least for a verdict; there ${complete.length === 1 ? "is one" : "is none"}.`,
    headroom: room?.headroom ?? true,
    lost: {
      challenger: lostSeeds(pairs.map(({ challenger }) => challenger)),
      baseline: lostSeeds(pairs.map(({ baseline }) => baseline)),
    },
  }
}

function lostSeeds(trials: readonly JudgedTrial[]): LostSeeds {
  const count = (status: JudgedTrial["status"]) => trials.filter((trial) => trial.status === status).length
  return { diverged: count("diverged"), failed: count("failed") }
}
