import { detectableEffect } from "./power.ts"

/** Smallest two-sided p that an exact sign-flip (or signed-rank) test over `seeds` pairs can give: 2 / 2^seeds. */
export function smallestExactP(seeds: number): number {
  return Math.min(1, 2 / 2 ** seeds)
}

/** Fewest seeds with which an exact test can reach `alpha` in the strictest of `comparisons` steps of Holm. */
export function seedsForExactTest(comparisons: number, alpha: number): number {
  let seeds = 1
  while (smallestExactP(seeds) * Math.max(1, comparisons) > alpha) seeds++
  return seeds
}

const digits = (value: number) => String(Number(value.toPrecision(3)))

/**
 * Sentences on what a plan with `seeds` seeds and `comparisons` declared comparisons can and cannot show at family
 * level `alpha`; to be read before anything runs, and again beside the result.
 */
export function whatSeedsCanShow(seeds: number, comparisons: number, alpha: number): string[] {
  if (seeds < 2) {
    return [
      `${seeds === 1 ? "One seed gives" : "No seed gives"} no interval and no test: every verdict will be inconclusive; plan at least two seeds, better five.`,
    ]
  }
  const least = smallestExactP(seeds)
  const needed = seedsForExactTest(comparisons, alpha)
  const strictest = alpha / Math.max(1, comparisons)
  const sentences = [
    least > strictest
      ? `With ${seeds} seeds the smallest p of an exact sign-flip test is 2/2^${seeds} = ${digits(least)}, above ${digits(strictest)}${comparisons > 1 ? ` (the strictest of ${comparisons} steps of Holm at ${digits(alpha)})` : ""}: the verdicts rest on the paired t test, which takes the seeds' differences to be roughly normal; ${needed} seeds would need no such assumption.`
      : `With ${seeds} seeds the smallest p of an exact sign-flip test is 2/2^${seeds} = ${digits(least)}, low enough for ${comparisons === 1 ? "the one comparison" : `all ${comparisons} comparisons`} at ${digits(alpha)} without assuming normal differences.`,
    `The paired t test finds a true difference of ${digits(detectableEffect(seeds, strictest))} standard deviations of the seeds' differences in 80 % of experiments${comparisons > 1 ? `, in the strictest step of Holm (${digits(detectableEffect(seeds, alpha))} in the most lenient)` : ""}; smaller differences will mostly read as inconclusive.`,
  ]
  if (seeds < 5)
    sentences.push(
      `An interval from ${seeds} seeds is wide and leans on the assumption of normal differences: take it as a first look.`,
    )
  return sentences
}
