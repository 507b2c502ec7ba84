import { detectableEffect } from "./power.ts"

/** Smallest two-sided p that an exact sign-flip (or signed-rank) test over `seeds` pairs can give: 2 / 2^seeds. */
export function smallestExactP(seeds: number): number {
  // Not 2 / 2^seeds, which is 0 where 2^seeds is infinite and 2 / 2^seeds is not yet.
  return Math.min(1, 2 ** (1 - seeds))
}

/** Fewest seeds with which an exact test can reach `alpha` in the strictest of `comparisons` steps of Holm. */
export function seedsForExactTest(comparisons: number, alpha: number): number {
  let seeds = 1
  while (smallestExactP(seeds) * Math.max(1, comparisons) > alpha) seeds++
  return seeds
}

/** What a plan with so many seeds can show, in numbers; null where nothing can be shown at all. */
export interface SeedPower {
  readonly seeds: number
  readonly comparisons: number
  /** Level of all comparisons together, and of the strictest step of Holm's correction. */
  readonly alpha: number
  readonly strictestAlpha: number
  /** Smallest two-sided p of an exact sign-flip test; 0 stands for less than 5e-324. */
  readonly smallestP: number | null
  /** Fewest seeds with which an exact test can reach the strictest step. */
  readonly seedsForExactTest: number
  /**
   * True differences, in standard deviations of the seeds' differences, that the paired t test finds in 80 % of
   * experiments: in the strictest step of Holm, and in the most lenient.
   */
  readonly detectableEffect: number | null
  readonly detectableEffectMostLenient: number | null
}

/** The numbers behind `whatSeedsCanShow`. */
export function seedPower(seeds: number, comparisons: number, alpha: number): SeedPower {
  const strictestAlpha = alpha / Math.max(1, comparisons)
  const showsNothing = seeds < 2
  return {
    seeds,
    comparisons,
    alpha,
    strictestAlpha,
    smallestP: showsNothing ? null : smallestExactP(seeds),
    seedsForExactTest: seedsForExactTest(comparisons, alpha),
    detectableEffect: showsNothing ? null : detectableEffect(seeds, strictestAlpha),
    detectableEffectMostLenient: showsNothing ? null : detectableEffect(seeds, alpha),
  }
}

const digits = (value: number) => String(Number(value.toPrecision(3)))

/**
 * Sentences on what a plan with `seeds` seeds and `comparisons` declared comparisons can and cannot show at family
 * level `alpha`; to be read before anything runs, and again beside the result.
 */
export function whatSeedsCanShow(seeds: number, comparisons: number, alpha: number): string[] {
  return powerInWords(seedPower(seeds, comparisons, alpha))
}

/** The sentences of `whatSeedsCanShow` for numbers that are known already. */
export function powerInWords(power: SeedPower): string[] {
  const { seeds, comparisons, alpha, strictestAlpha, smallestP, seedsForExactTest: needed } = power
  const { detectableEffect: strict, detectableEffectMostLenient: lenient } = power
  if (smallestP === null || strict === null || lenient === null) {
    return [
      `${seeds === 1 ? "One seed gives" : "No seed gives"} no interval and no test: every verdict will be inconclusive; plan at least two seeds, better five.`,
    ]
  }
  const least = `2/2^${seeds}${smallestP === 0 ? "" : ` = ${digits(smallestP)}`}`
  const sentences = [
    smallestP > strictestAlpha
      ? `With ${seeds} seeds the smallest p of an exact sign-flip test is ${least}, above ${digits(strictestAlpha)}${comparisons > 1 ? ` (the strictest of ${comparisons} steps of Holm at ${digits(alpha)})` : ""}: the verdicts rest on the paired t test, which takes the seeds' differences to be roughly normal, and on every seed pointing the same way; ${needed} seeds would need no such assumption.`
      : `With ${seeds} seeds the smallest p of an exact sign-flip test is ${least}, low enough for ${comparisons === 1 ? "the one comparison" : `all ${comparisons} comparisons`} at ${digits(alpha)} without assuming normal differences.`,
    `The paired t test finds a true difference of ${digits(strict)} standard deviations of the seeds' differences in 80 % of experiments${comparisons > 1 ? `, in the strictest step of Holm (${digits(lenient)} in the most lenient)` : ""}; smaller differences will mostly read as inconclusive.`,
  ]
  if (seeds < 5)
    sentences.push(
      `An interval from ${seeds} seeds is wide and leans on the assumption of normal differences: take it as a first look.`,
    )
  return sentences
}
