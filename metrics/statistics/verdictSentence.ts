import type { MissingPair, Outcome, Weighed } from "../verdict.ts"

/** A number as it stands in a sentence: three significant digits, with the minus sign of typography. */
const figure = (value: number) => String(Number(value.toPrecision(3))).replace("-", "−")

/** `p 0.0123`, or `p below 0.0001`. */
const pFigure = (p: number) => (p < 1e-4 ? "below 0.0001" : String(Number(p.toPrecision(2))))

/** One comparison's outcome in plain words: the difference, how sure it is, and what is missing. */
export function verdictSentence(
  weighed: Weighed,
  outcome: Outcome,
  adjusted: number,
  family: number,
): string {
  const { comparison, missingPairs, planned, obstacle } = weighed
  const { challenger, baseline, metric } = comparison
  const missing = missingSentence(missingPairs, planned, challenger, baseline)
  if (obstacle !== null) {
    const label = outcome === "no headroom" ? "No verdict" : "Inconclusive"
    return [`${label} on ${metric} for ${challenger} against ${baseline}. ${obstacle}`, missing]
      .join(" ")
      .trim()
  }
  const claim = {
    better: `${challenger} is better than ${baseline} on ${metric}`,
    worse: `${challenger} is worse than ${baseline} on ${metric}`,
    equivalent: `${challenger} and ${baseline} are equivalent on ${metric}`,
    inconclusive: `Whether ${challenger} differs from ${baseline} on ${metric} is open`,
    "no headroom": "",
  }[outcome]
  return [
    `${claim}: ${numbers(weighed, adjusted, family)}.`,
    reason(weighed, outcome, adjusted, family),
    missing,
  ]
    .filter((part) => part !== "")
    .join(" ")
}

function numbers({ test, comparison, differences }: Weighed, adjusted: number, family: number): string {
  const { mean, low, high } = test!
  const size = mean === 0 ? "no difference" : `${figure(Math.abs(mean))} ${mean > 0 ? "higher" : "lower"}`
  const level = figure(100 * (1 - comparison.alpha))
  const p = family > 1 ? "Holm-adjusted p" : "p"
  return `${size} on average (${level} % interval of the difference ${figure(low)} to ${figure(high)}, ${p} ${pFigure(adjusted)}, ${differences.length} seeds)`
}

function reason(
  { test, comparison, margin, missingPairs }: Weighed,
  outcome: Outcome,
  adjusted: number,
  family: number,
): string {
  const bounds = margin === null ? "" : `the margin of ±${figure(margin)}`
  if (outcome === "equivalent") return `All of the interval lies inside ${bounds}.`
  if (outcome !== "inconclusive") {
    return margin !== null && Math.abs(test!.mean) < margin
      ? `The mean difference is smaller than ${bounds}.`
      : ""
  }
  const diverged = missingPairs.some(
    ({ challenger, baseline }) => challenger === "diverged" || baseline === "diverged",
  )
  const inside = margin !== null && test!.low > -margin && test!.high < margin
  if (adjusted <= comparison.alpha || inside) {
    if (diverged) return "Diverged seeds count against their arm and forbid that claim."
    if (inside)
      return `The interval lies inside ${bounds}, but not after Holm's correction for ${family} comparisons.`
  }
  if (test!.low > 0 || test!.high < 0) {
    return test!.deviation === 0
      ? "The seeds' differences show no spread at all, so they say too little about how sure this is."
      : `The interval alone leaves zero out, but not after Holm's correction for ${family} comparisons.`
  }
  return margin === null
    ? "The interval holds zero, and without a finite value of the real images there is no margin to call it equivalent."
    : `The interval holds zero and reaches beyond ${bounds}: more seeds would be needed.`
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
    "no value": "has no finite value",
  }
  return (["diverged", "failed", "missing", "no value"] as const).flatMap((status) => {
    const hit = seeds.filter((each) => each.status === status).map(({ seed }) => seed)
    return hit.length === 0
      ? []
      : [`${arm} ${words[status]} on ${hit.length === 1 ? "seed" : "seeds"} ${hit.join(", ")}`]
  })
}
