import type { Decision } from "./decision.ts"
import { noiseSentence } from "./differenceNoise.ts"
import type { MissingPair } from "./evidence.ts"
import type { FailureVerdict } from "./failures.ts"
import { figure } from "./figure.ts"
import type { Weighed } from "./weigh.ts"

/** `p 0.0123`, or `p below 0.0001`. */
const pFigure = (p: number) => (p < 1e-4 ? "below 0.0001" : String(Number(p.toPrecision(2))))

/**
 * One comparison's outcome in plain words: the difference, its interval and p, what would settle it, and what is missing.
 * @param needed seeds in all that would settle it; null where it is settled, or no number would
 * @param family size of the family of comparisons
 * @param decisive p on which `better` and `worse` rest, not adjusted
 */
export function verdictSentence(
  weighed: Weighed,
  decision: Decision,
  failures: FailureVerdict,
  needed: number | null,
  family: number,
  decisive: number,
): string {
  const { comparison, missingPairs, planned, obstacle } = weighed
  const { challenger, baseline, metric } = comparison
  const { outcome } = decision
  const losses = [
    missingSentence(missingPairs, planned, challenger, baseline),
    failures.challenger + failures.baseline > 0 ? failures.sentence : "",
  ]
  if (obstacle !== null) {
    const label = outcome === "no headroom" ? "No verdict" : "Inconclusive"
    return joined(`${label} on ${metric} for ${challenger} against ${baseline}. ${obstacle}`, ...losses)
  }
  const claim = {
    better: `${challenger} is better than ${baseline} on ${metric}`,
    worse: `${challenger} is worse than ${baseline} on ${metric}`,
    equivalent: `${challenger} and ${baseline} are equivalent on ${metric}`,
    inconclusive: `Whether ${challenger} differs from ${baseline} on ${metric} is open`,
    "no headroom": "",
  }[outcome]
  return joined(
    `${claim}: ${numbers(weighed, decision.adjustedP, family)}.`,
    reason(weighed, decision, family, decisive),
    outcome === "inconclusive" && decision.withheld === null ? wayOut(weighed, needed) : "",
    noiseSentence(weighed.evaluationNoise, weighed.test),
    ...losses,
  )
}

const joined = (...parts: readonly string[]) => parts.filter((part) => part !== "").join(" ")

function numbers({ test, comparison, differences }: Weighed, adjusted: number, family: number): string {
  const { mean, low, high } = test!
  const size = mean === 0 ? "no difference" : `${figure(Math.abs(mean))} ${mean > 0 ? "higher" : "lower"}`
  const level = figure(100 * (1 - comparison.alpha))
  const p = family > 1 ? "Holm-adjusted p" : "p"
  return `${size} on average (${level} % interval of the difference ${figure(low)} to ${figure(high)}, ${p} ${pFigure(adjusted)}, ${differences.length} seeds)`
}

function reason(
  { test, margin, differences, exactP }: Weighed,
  { outcome, withheld }: Decision,
  family: number,
  decisive: number,
): string {
  const bounds = margin === null ? "" : `the margin of ±${figure(margin)}`
  if (outcome === "equivalent") return `All of the interval lies inside ${bounds}.`
  if (outcome !== "inconclusive") {
    return margin !== null && Math.abs(test!.mean) < margin
      ? `The mean difference is smaller than ${bounds}.`
      : ""
  }
  if (withheld === "diverged") return "Diverged seeds count against their arm and forbid that claim."
  if (withheld === "fails more") return "The arm that it favours fails more often, which forbids that claim."
  if (test!.deviation === 0) {
    return "The seeds' differences have no spread, so that their uncertainty cannot be estimated."
  }
  if (margin !== null && test!.low > -margin && test!.high < margin) {
    return `The interval lies inside ${bounds}, but not after Holm's correction for ${family} comparisons.`
  }
  if (test!.low > 0 || test!.high < 0) {
    const holds = "The interval alone leaves zero out, but"
    return decisive > test!.pValue
      ? `${holds} the exact sign-flip p of ${differences.length} seeds is ${pFigure(exactP()!)}${family > 1 ? ` before Holm's correction for ${family} comparisons` : ""}.`
      : `${holds} not after Holm's correction for ${family} comparisons.`
  }
  return margin === null
    ? "The interval holds zero, and without a margin, which needs a finite value of the real images, nothing is equivalent."
    : `The interval holds zero and reaches beyond ${bounds}.`
}

/** How many seeds would settle an open comparison. */
function wayOut({ differences, test }: Weighed, needed: number | null): string {
  if (test!.deviation === 0) return "More seeds would show one."
  return needed === null
    ? "With a difference and spread as seen, not even 1,000 seeds would settle it."
    : `With a difference and spread as seen, about ${needed} seeds in all, ${needed - differences.length} more, would settle it in four of five experiments.`
}

function missingSentence(
  pairs: readonly MissingPair[],
  planned: number,
  challenger: string,
  baseline: string,
): string {
  if (pairs.length === 0) return ""
  const reasons = [
    ...reasonsOf(
      challenger,
      pairs.map(({ seed, challenger: status }) => ({ seed, status })),
    ),
    ...reasonsOf(
      baseline,
      pairs.map(({ seed, baseline: status }) => ({ seed, status })),
    ),
  ]
  return `Only ${planned - pairs.length} of ${planned} planned pairs: ${reasons.join("; ")}.`
}

function reasonsOf(
  arm: string,
  seeds: readonly { seed: number; status: MissingPair["challenger"] }[],
): string[] {
  const words = {
    diverged: "diverged",
    failed: "failed",
    missing: "was not played",
    "no value": "has no value",
  }
  return (["diverged", "failed", "missing", "no value"] as const).flatMap((status) => {
    const hit = seeds.filter((each) => each.status === status).map(({ seed }) => seed)
    return hit.length === 0
      ? []
      : [`${arm} ${words[status]} on ${hit.length === 1 ? "seed" : "seeds"} ${hit.join(", ")}`]
  })
}
