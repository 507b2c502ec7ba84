import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Comparison } from "@saddlepoint/core/declare/trial"
import { mean } from "../maths/statistics/mean.ts"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { MOST_SIGN_FLIPS, signFlip } from "../maths/statistics/signFlip.ts"
import type { Contest, LostSeeds } from "./decision.ts"
import { differenceNoise } from "./differenceNoise.ts"
import { differing } from "./differing.ts"
import {
  type ArmPair,
  type ControlFinding,
  type Evidence,
  type JudgedTrial,
  type JudgedValue,
  judgedValue,
  type MissingPair,
  type PairedStatus,
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
 * @param pairs the planned ones, as `armPairs` gives them, or others of the same arms
 * @throws RangeError when the comparison names an unknown metric output
 */
export function weigh(
  comparison: Comparison,
  evidence: Pick<Evidence, "outputs" | "controls">,
  pairs: readonly ArmPair[],
): Weighed {
  const { outputs } = evidence
  const output = outputs.find(({ name }) => name === comparison.metric)
  if (output === undefined) {
    throw new RangeError(
      `Expected a comparison on one of the metric outputs ${outputs.map(({ name }) => name).join(", ")}, but got "${comparison.metric}".`,
    )
  }
  const complete: { seed: number; ours: JudgedValue; theirs: JudgedValue }[] = []
  const missingPairs: MissingPair[] = []
  for (const { seed, challenger, baseline } of pairs) {
    const ours = judgedValue(challenger, comparison.metric)
    const theirs = judgedValue(baseline, comparison.metric)
    if (ours !== undefined && theirs !== undefined) complete.push({ seed, ours, theirs })
    else {
      missingPairs.push({
        seed,
        challenger: statusOf(challenger, ours),
        baseline: statusOf(baseline, theirs),
      })
    }
  }
  const unlike = differing(complete.flatMap(({ ours, theirs }) => [ours, theirs]))
  const comparable = unlike === null ? complete : []
  const challenger = seedScores(comparable.map(({ seed, ours }) => [seed, ours.value]))
  const baseline = seedScores(comparable.map(({ seed, theirs }) => [seed, theirs.value]))
  const differences = pairedDifferences(challenger, baseline)
  const enough = differences.length >= 2
  const controls = controlsOf(evidence.controls[comparison.metric], comparable[0]?.theirs)
  // What perfect answers score: measured on the real images, or known by the metric on any data.
  const perfect = controls === undefined ? output.best : controls.real?.value
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
    exactP: once(() =>
      enough && differences.length <= MOST_SIGN_FLIPS
        ? signFlip(differences.map(({ difference }) => difference))
        : null,
    ),
    margin:
      enough && perfect !== undefined
        ? comparison.margin * Math.abs(mean([...baseline.values()]) - perfect)
        : null,
    obstacle:
      controls?.headroom === false
        ? controls.sentence
        : unlike !== null
          ? `The values cannot be compared: their identities differ in ${unlike}.`
          : enough
            ? null
            : `Two pairs of seeds are the least for a verdict; there ${complete.length === 1 ? "is one" : "is none"}.`,
    headroom: controls?.headroom ?? true,
    lost: {
      challenger: lostSeeds(pairs.map(({ challenger }) => challenger)),
      baseline: lostSeeds(pairs.map(({ baseline }) => baseline)),
    },
  }
}

function statusOf({ status }: JudgedTrial, value: JudgedValue | undefined): PairedStatus {
  return status === "completed" && value === undefined ? "no value" : status
}

/** What is computed when it is first asked for, and then known. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}

function lostSeeds(trials: readonly JudgedTrial[]): LostSeeds {
  const count = (status: JudgedTrial["status"]) => trials.filter((trial) => trial.status === status).length
  return { diverged: count("diverged"), failed: count("failed") }
}

/**
 * The controls that were judged like the arms of a comparison; undefined where none are planned. Controls that cannot be compared
 * with the arms (another dataset, another number of images) say nothing of them, so that headroom is not known.
 * @param judged any value of the arms, which are all alike; none where nothing was judged yet
 */
function controlsOf(
  planned: readonly ControlFinding[] | undefined,
  judged: JudgedValue | undefined,
): ControlFinding | undefined {
  if (planned === undefined) return undefined
  const unlike = ({ real }: ControlFinding) =>
    real === undefined || judged === undefined ? null : differing([real, judged])
  const alike = planned.find((each) => each.real !== undefined && unlike(each) === null)
  const pending = planned.find(({ real }) => real === undefined)
  if (alike !== undefined || pending !== undefined) return alike ?? pending
  const difference = planned.length === 1 ? unlike(planned[0]!) : null
  const why = difference === null ? "" : `, as their identities differ in ${difference}`
  const remedy = difference?.startsWith('"images"')
    ? "; let a method make as many samples as the test split has images (leave `samples` out)"
    : ""
  return {
    headroom: false,
    sentence: `Headroom is not known: no control was judged like these arms${why}${remedy}.`,
  }
}
