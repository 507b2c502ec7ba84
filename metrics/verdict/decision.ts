import { holm } from "../maths/statistics/holm.ts"
import type { PairedT } from "../maths/statistics/pairedT.ts"
import { smallestExactP } from "../maths/statistics/seedArithmetic.ts"

/** What a decision on one comparison rests on. */
export interface Contest {
  readonly alpha: number
  readonly higherIsBetter: boolean
  /** Paired t test over the seeds; null where none is possible. */
  readonly test: PairedT | null
  /** Exact two-sided sign-flip p of the same differences; null beyond the number that can be counted. */
  readonly exactP: () => number | null
  /** Differences smaller than this count as none; null where it is not known. */
  readonly margin: number | null
  readonly headroom: boolean
  /** Planned seeds that each arm lost. */
  readonly lost: { readonly challenger: LostSeeds; readonly baseline: LostSeeds }
}

export interface LostSeeds {
  readonly diverged: number
  /** Crashed, for whatever reason; diverged seeds are not among them. */
  readonly failed: number
}

export type Outcome = "better" | "worse" | "equivalent" | "inconclusive" | "no headroom"

export interface Decision {
  readonly outcome: Outcome
  /** The decisive p, adjusted by Holm over the family; 1 without a test. */
  readonly adjustedP: number
  /** p of the two one-sided tests of equivalence, adjusted by Holm over the family. */
  readonly equivalenceP: number
  /** Why a claim that the numbers would bear is not made. */
  readonly withheld: "diverged" | "fails more" | null
}

/**
 * The p on which `better` and `worse` rest: the larger of the paired t p and the exact sign-flip p, where a sign-flip p
 * that is the smallest its number of seeds can give, 2 / 2^n, counts as passed.
 *
 * So the exact test is met in full wherever enough seeds were planned for it. With fewer, where it could never reach the
 * level, it asks for the most it can give: every seed's difference has the same sign. Demanding the sign-flip p outright
 * would make `better` unreachable below 6 seeds (and below 9 with ten comparisons); the t test alone is fooled by arms of
 * unequal shape. Both alternatives are tabulated in `studies/README.md`.
 */
export function decisiveP({ test, exactP, alpha }: Contest): number {
  if (test === null) return 1
  // Above the level the exact p can change no decision, and counting it is what costs.
  if (test.pValue > alpha) return test.pValue
  const exact = exactP()
  const passed = exact === null || exact <= smallestExactP(test.pairs)
  return passed ? test.pValue : Math.max(test.pValue, exact)
}

/** Decides every comparison of a family; `drawVerdicts` in `verdict.ts` states the rules. */
export function decideFamily(family: readonly Contest[]): Decision[] {
  const adjusted = holm(family.map(decisiveP))
  const equivalence = holm(
    family.map(({ test, margin }) => (test === null || margin === null ? 1 : test.equivalenceP(margin))),
  )
  return family.map((contest, i) => ({
    ...decide(contest, adjusted[i]!, equivalence[i]!),
    adjustedP: adjusted[i]!,
    equivalenceP: equivalence[i]!,
  }))
}

function decide(
  { alpha, higherIsBetter, test, margin, headroom, lost }: Contest,
  adjusted: number,
  equivalence: number,
): Pick<Decision, "outcome" | "withheld"> {
  if (!headroom) return { outcome: "no headroom", withheld: null }
  const open = { outcome: "inconclusive", withheld: null } as const
  if (test === null) return open
  const { challenger, baseline } = lost
  const inside = margin !== null && test.low > -margin && test.high < margin
  if (inside && equivalence <= alpha) {
    return challenger.diverged > 0 || baseline.diverged > 0
      ? { outcome: "inconclusive", withheld: "diverged" }
      : { outcome: "equivalent", withheld: null }
  }
  if (adjusted > alpha || (test.low <= 0 && test.high >= 0)) return open
  const better = test.mean > 0 === higherIsBetter
  const [winner, loser] = better ? [challenger, baseline] : [baseline, challenger]
  if (winner.diverged > 0) return { outcome: "inconclusive", withheld: "diverged" }
  if (winner.failed > loser.diverged + loser.failed) {
    return { outcome: "inconclusive", withheld: "fails more" }
  }
  return { outcome: better ? "better" : "worse", withheld: null }
}
