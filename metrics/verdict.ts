import type { MetricIdentity, MetricOutput } from "@saddlepoint/core/metric"
import type { Comparison } from "@saddlepoint/core/trial"
import { holm } from "./statistics/holm.ts"
import { mean } from "./statistics/mean.ts"
import { type PairedT, pairedT } from "./statistics/pairedT.ts"
import { MOST_SIGN_FLIPS, signFlip } from "./statistics/signFlip.ts"
import { verdictSentence } from "./statistics/verdictSentence.ts"

/** A metric's value with all that makes it comparable. */
export interface JudgedValue {
  readonly value: number
  readonly identity: MetricIdentity
}

/** What a verdict needs to know of one trial of the plan. */
export interface JudgedTrial {
  readonly arm: string
  readonly seed: number
  readonly status: "completed" | "diverged" | "failed" | "missing"
  /** Values by metric output name; empty unless completed. */
  readonly values: Readonly<Record<string, JudgedValue>>
}

/** What verdicts are drawn from. */
export interface Evidence {
  /** All declared comparisons: they are one family for Holm's correction, whatever came of them. */
  readonly comparisons: readonly Comparison[]
  /** The planned seeds. */
  readonly seeds: readonly number[]
  readonly trials: readonly JudgedTrial[]
  readonly outputs: readonly MetricOutput[]
  /** Value of the real images by metric output name: the floor or ceiling that margins are relative to. */
  readonly real: Readonly<Record<string, JudgedValue>>
  /** By metric output name; a metric that is left out is taken to have headroom. */
  readonly headroom: Readonly<Record<string, { readonly headroom: boolean; readonly sentence: string }>>
}

export type Outcome = "better" | "worse" | "equivalent" | "inconclusive" | "no headroom"

/** A planned pair that gives no difference, and why. */
export interface MissingPair {
  readonly seed: number
  readonly challenger: PairedStatus
  readonly baseline: PairedStatus
}

/** A trial's status as a pair sees it; `no value`: completed, but without a finite value of the metric. */
export type PairedStatus = JudgedTrial["status"] | "no value"

/** The answer to one declared comparison, with its evidence. Numbers are null where there is too little to compute them. */
export interface Verdict {
  readonly metric: string
  readonly challenger: string
  readonly baseline: string
  readonly outcome: Outcome
  /** Mean over the pairs of challenger - baseline, in the metric's own unit and sign. */
  readonly difference: number | null
  /** Paired t interval of the difference at level 1 - alpha, for this comparison alone. */
  readonly low: number | null
  readonly high: number | null
  /** Two-sided p of the paired t test, for this comparison alone. */
  readonly pValue: number | null
  /** `pValue` adjusted by Holm over all declared comparisons. */
  readonly adjustedP: number | null
  /** Exact two-sided sign-flip p, which assumes no normality. */
  readonly exactP: number | null
  /** Differences smaller than this count as none: margin x |mean of the baseline - real|. */
  readonly margin: number | null
  readonly alpha: number
  readonly higherIsBetter: boolean
  /** Pairs that the numbers rest on. */
  readonly seeds: number
  readonly planned: number
  /** Planned pairs that give no difference. */
  readonly missing: number
  readonly missingPairs: readonly MissingPair[]
  readonly differences: readonly { readonly seed: number; readonly difference: number }[]
  readonly sentence: string
}

/** A comparison with its numbers, before anything is decided. */
export interface Weighed {
  readonly comparison: Comparison
  readonly output: MetricOutput
  readonly planned: number
  readonly differences: Verdict["differences"]
  readonly missingPairs: readonly MissingPair[]
  readonly test: PairedT | null
  readonly margin: number | null
  /** Why no verdict can be given at all, as a sentence. */
  readonly obstacle: string | null
  readonly headroom: boolean
}

/**
 * Answers every declared comparison from differences paired by training seed, challenger - baseline.
 *
 * The interval shown is the paired t interval of that comparison alone, at level 1 - alpha. The decision is stricter:
 * - `better` and `worse` need a p, adjusted by Holm over ALL declared comparisons, of at most alpha. As an adjusted p is
 *   never below the plain one, the interval shown then leaves zero out; the reverse need not hold, and the sentence
 *   says so where it does not. Any false claim of a difference is held at alpha over the whole family.
 * - `equivalent` needs the interval shown inside +-margin and the equivalence p (two one-sided tests), adjusted by Holm
 *   over all declared comparisons, of at most alpha. It goes before `better` and `worse`: a difference that is surely
 *   smaller than what counts is none, however sure its sign is.
 * - `no headroom` where the metric does not order real > blurred > trivial images on this dataset.
 * - `inconclusive` otherwise, and where values of unlike identity, or fewer than two pairs, allow no test. Comparisons
 *   without a test stay in the family with p = 1.
 *
 * Seeds without a value are never dropped in silence: they are listed, and the sentence says that pairs are missing. A
 * diverged seed is evidence against its arm: with any diverged challenger seed the outcome cannot be `better`, with any
 * diverged baseline seed it cannot be `worse`, and with either it cannot be `equivalent`. A failed or missing trial
 * only takes its pair away.
 *
 * @throws RangeError when a comparison names an unknown metric output
 */
export function judge(evidence: Evidence): Verdict[] {
  const weighed = evidence.comparisons.map((comparison) => weigh(comparison, evidence))
  const adjusted = holm(weighed.map(({ test }) => test?.pValue ?? 1))
  const equivalence = holm(
    weighed.map(({ test, margin }) => (test === null || margin === null ? 1 : test.equivalenceP(margin))),
  )
  return weighed.map((each, i) => verdict(each, adjusted[i]!, equivalence[i]!, weighed.length))
}

function weigh(comparison: Comparison, { seeds, trials, outputs, real, headroom }: Evidence): Weighed {
  const output = outputs.find(({ name }) => name === comparison.metric)
  if (output === undefined) {
    throw new RangeError(
      `Expected a comparison on one of the metric outputs ${outputs.map(({ name }) => name).join(", ")}, but got "${comparison.metric}".`,
    )
  }
  const find = (arm: string, seed: number): JudgedTrial =>
    trials.find((trial) => trial.arm === arm && trial.seed === seed) ?? {
      arm,
      seed,
      status: "missing",
      values: {},
    }
  const pairs = seeds
    .toSorted((a, b) => a - b)
    .map((seed) => ({
      seed,
      challenger: find(comparison.challenger, seed),
      baseline: find(comparison.baseline, seed),
    }))
  const judgedValue = (trial: JudgedTrial) => {
    const judged = trial.status === "completed" ? trial.values[comparison.metric] : undefined
    return judged !== undefined && Number.isFinite(judged.value) ? judged : undefined
  }
  const first: JudgedValue[] = []
  const second: JudgedValue[] = []
  const differences: { seed: number; difference: number }[] = []
  const missingPairs: MissingPair[] = []
  for (const { seed, challenger, baseline } of pairs) {
    const ours = judgedValue(challenger)
    const theirs = judgedValue(baseline)
    if (ours !== undefined && theirs !== undefined) {
      first.push(ours)
      second.push(theirs)
      differences.push({ seed, difference: ours.value - theirs.value })
    } else {
      const status = (trial: JudgedTrial, value: JudgedValue | undefined): PairedStatus =>
        trial.status === "completed" && value === undefined ? "no value" : trial.status
      missingPairs.push({ seed, challenger: status(challenger, ours), baseline: status(baseline, theirs) })
    }
  }
  const unlike = differing([...first, ...second])
  const room = headroom[comparison.metric]
  const comparable = unlike === null && differences.length >= 2
  const floor = real[comparison.metric]
  const marginKnown = comparable && floor !== undefined && differing([floor, ...second]) === null
  const values = (judged: readonly JudgedValue[]) => judged.map(({ value }) => value)
  return {
    comparison,
    output,
    planned: seeds.length,
    differences: unlike === null ? differences : [],
    missingPairs,
    test: comparable ? pairedT(values(first), values(second), comparison.alpha) : null,
    margin: marginKnown ? comparison.margin * Math.abs(mean(values(second)) - floor.value) : null,
    obstacle:
      room !== undefined && !room.headroom
        ? room.sentence
        : unlike !== null
          ? `The values cannot be compared: their identities differ in ${unlike}.`
          : differences.length < 2
            ? `Two pairs of seeds are the least for a verdict; there ${differences.length === 1 ? "is one" : "is none"}.`
            : null,
    headroom: room?.headroom ?? true,
  }
}

/** The first key in which identities differ, with its values; null when all are the same. */
export function differing(values: readonly { readonly identity: MetricIdentity }[]): string | null {
  const [first, ...rest] = values
  if (first === undefined) return null
  for (const { identity } of rest) {
    for (const key of [...new Set([...Object.keys(first.identity), ...Object.keys(identity)])].sort()) {
      if (!Object.is(first.identity[key], identity[key])) {
        return `"${key}" (${first.identity[key] ?? "absent"} and ${identity[key] ?? "absent"})`
      }
    }
  }
  return null
}

function verdict(weighed: Weighed, adjusted: number, equivalence: number, family: number): Verdict {
  const { comparison, output, planned, differences, missingPairs, test, margin, headroom } = weighed
  const outcome = headroom ? decide(weighed, adjusted, equivalence) : "no headroom"
  const exact = test !== null && differences.length <= MOST_SIGN_FLIPS
  return {
    metric: comparison.metric,
    challenger: comparison.challenger,
    baseline: comparison.baseline,
    outcome,
    difference: test?.mean ?? null,
    low: test?.low ?? null,
    high: test?.high ?? null,
    pValue: test?.pValue ?? null,
    adjustedP: test === null ? null : adjusted,
    exactP: exact ? signFlip(differences.map(({ difference }) => difference)) : null,
    margin,
    alpha: comparison.alpha,
    higherIsBetter: output.higherIsBetter,
    seeds: differences.length,
    planned,
    missing: missingPairs.length,
    missingPairs,
    differences,
    sentence: verdictSentence(weighed, outcome, adjusted, family),
  }
}

function decide(
  { comparison, output, missingPairs, test, margin }: Weighed,
  adjusted: number,
  equivalence: number,
): Outcome {
  if (test === null) return "inconclusive"
  const diverged = {
    challenger: missingPairs.some(({ challenger }) => challenger === "diverged"),
    baseline: missingPairs.some(({ baseline }) => baseline === "diverged"),
  }
  const inside = margin !== null && test.low > -margin && test.high < margin
  if (inside && equivalence <= comparison.alpha) {
    return diverged.challenger || diverged.baseline ? "inconclusive" : "equivalent"
  }
  if (adjusted > comparison.alpha || (test.low <= 0 && test.high >= 0)) return "inconclusive"
  if (test.mean > 0 === output.higherIsBetter) return diverged.challenger ? "inconclusive" : "better"
  return diverged.baseline ? "inconclusive" : "worse"
}
