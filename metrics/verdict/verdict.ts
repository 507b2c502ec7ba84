import type { Comparison } from "@saddlepoint/core/declare/trial"
import { armPairs, type PairsOf } from "./armPairs.ts"
import { type Decision, decideFamily, decisiveP, type Outcome } from "./decision.ts"
import { type Description, describe } from "./description.ts"
import type { Evidence, MissingPair } from "./evidence.ts"
import { type FailureVerdict, verdictsOnFailures } from "./failures.ts"
import { seedsNeeded } from "./seedsNeeded.ts"
import { verdictSentence } from "./sentence.ts"
import { type Weighed, weigh } from "./weigh.ts"

/** The answer to one declared comparison, with its evidence. Numbers are null where there is too little to compute them. */
export interface Verdict extends Description {
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
  /**
   * The p that decides, adjusted by Holm over all declared comparisons: `pValue`, or `exactP` where that is larger and
   * not the smallest that so many seeds can give.
   */
  readonly adjustedP: number | null
  /** Exact two-sided sign-flip p, which assumes no normality. */
  readonly exactP: number | null
  /** Differences smaller than this count as none: margin x |mean of the baseline - real|. */
  readonly margin: number | null
  readonly alpha: number
  readonly higherIsBetter: boolean
  /**
   * Evaluation noise of a seed's difference, in the metric's unit: the root mean square over the pairs of
   * sqrt(challenger^2 + baseline^2). It is part of the judging and not of the training, and enters no test. Null where the
   * metric does not estimate it.
   */
  readonly evaluationNoise: number | null
  /** Pairs that the numbers rest on. */
  readonly seeds: number
  readonly planned: number
  /**
   * Where more seeds would settle an inconclusive comparison: about how many in all, with those there are; at 80 % power,
   * if spread and difference are as seen. Null for other outcomes, and where 1,000 would not do.
   */
  readonly seedsNeeded: number | null
  /** Why a claim that the numbers would bear is not made: the arm it favours diverged, or fails more often. */
  readonly withheld: Decision["withheld"]
  /** How often the two arms fail, which is a verdict of its own. */
  readonly failures: FailureVerdict
  /** Planned pairs that give no difference. */
  readonly missing: number
  readonly missingPairs: readonly MissingPair[]
  readonly differences: readonly { readonly seed: number; readonly difference: number }[]
  readonly sentence: string
}

/**
 * Answers every declared comparison from differences paired by training seed, challenger - baseline.
 *
 * The interval shown is the paired t interval of that comparison alone, at level 1 - alpha. The decision is stricter:
 * - `better` and `worse` need a p, adjusted by Holm over ALL declared comparisons, of at most alpha. It is the larger of
 *   the paired t p and the exact sign-flip p, where a sign-flip p that is the smallest its number of seeds can give counts
 *   as passed (`decisiveP` says why). As an adjusted p is never below the plain one, the interval shown then leaves zero
 *   out; the reverse need not hold, and the sentence says so where it does not. Any false claim of a difference is held
 *   at alpha over the whole family, as `studies/README.md` measures.
 * - `equivalent` needs the interval shown inside +-margin and the equivalence p (two one-sided tests), adjusted by Holm
 *   over all declared comparisons, of at most alpha. It goes before `better` and `worse`: a difference that is shown
 *   to be smaller than the margin is none, however significant its sign.
 * - `no headroom` where the metric does not order real > blurred > trivial images on this dataset, or no control was judged
 *   like the arms, so that it is not known.
 * - `inconclusive` otherwise, with the seeds needed, and where values of unlike identity, or fewer than two pairs, allow
 *   no test. Comparisons without a test stay in the family with p = 1.
 *
 * Seeds without a value are never dropped in silence: they are listed, and the sentence says that pairs are missing. A
 * diverged seed is evidence against its arm: with any diverged challenger seed the outcome cannot be `better`, with any
 * diverged baseline seed it cannot be `worse`, and with either it cannot be `equivalent`. Nor can an arm be called better
 * that failed or diverged on more seeds than the other, significantly or not. How often arms fail is also tested by
 * itself. A missing trial only takes its pair away.
 *
 * @throws RangeError when a comparison names an unknown metric output, or a seed is planned twice
 */
export function drawVerdicts(evidence: Evidence): Verdict[] {
  const pairsOf = armPairs(evidence)
  const failures = failuresByArms(evidence.comparisons, pairsOf)
  return verdictsOnWeighed(
    evidence.comparisons.map((comparison) => weigh(comparison, evidence, pairsOf(comparison))),
    evidence.comparisons.map((comparison) => failures.get(armsOf(comparison))!),
  )
}

/** Verdicts on a family of comparisons in numbers, and how often their arms fail, in the same order. */
export function verdictsOnWeighed(
  weighed: readonly Weighed[],
  failures: readonly FailureVerdict[],
): Verdict[] {
  const decisions = decideFamily(weighed)
  return weighed.map((each, i) => verdict(each, decisions[i]!, failures[i]!, weighed.length))
}

const armsOf = ({ challenger, baseline }: Comparison) => JSON.stringify([challenger, baseline])

/** Failures do not depend on the metric, so that every pair of arms is in the family once. */
function failuresByArms(
  comparisons: readonly Comparison[],
  pairsOf: PairsOf,
): ReadonlyMap<string, FailureVerdict> {
  const byArms = new Map(comparisons.map((comparison) => [armsOf(comparison), comparison]))
  const verdicts = verdictsOnFailures(
    [...byArms.values()].map((comparison) => ({ ...comparison, pairs: pairsOf(comparison) })),
  )
  return new Map([...byArms.keys()].map((arms, i) => [arms, verdicts[i]!]))
}

function verdict(weighed: Weighed, decision: Decision, failures: FailureVerdict, family: number): Verdict {
  const { comparison, output, planned, differences, missingPairs, test, margin } = weighed
  const { outcome, withheld } = decision
  const open = outcome === "inconclusive" && withheld === null && test !== null && test.deviation > 0
  const needed = open ? seedsNeeded(test, margin, comparison.alpha, family) : null
  return {
    metric: comparison.metric,
    challenger: comparison.challenger,
    baseline: comparison.baseline,
    outcome,
    difference: test?.mean ?? null,
    low: test?.low ?? null,
    high: test?.high ?? null,
    pValue: test?.pValue ?? null,
    adjustedP: test === null ? null : decision.adjustedP,
    exactP: weighed.exactP(),
    margin,
    alpha: comparison.alpha,
    higherIsBetter: output.higherIsBetter,
    evaluationNoise: weighed.evaluationNoise,
    seeds: differences.length,
    planned,
    seedsNeeded: needed,
    withheld,
    failures,
    ...describe(weighed.challenger, weighed.baseline, output.higherIsBetter, comparison.alpha),
    missing: missingPairs.length,
    missingPairs,
    differences,
    sentence: verdictSentence(weighed, decision, failures, needed, family, decisiveP(weighed)),
  }
}
