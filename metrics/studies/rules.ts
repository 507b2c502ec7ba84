import { holm } from "../maths/statistics/holm.ts"
import { pairedT } from "../maths/statistics/pairedT.ts"
import { signFlip } from "../maths/statistics/signFlip.ts"
import { type Contest, decideFamily, type Outcome } from "../verdict/decision.ts"

/** Decides a family of contests in which a challenger is better or worse than its baseline. */
export type Rule = (family: readonly Contest[]) => Outcome[]

const byP =
  (p: (contest: Contest) => number): Rule =>
  (family) => {
    const adjusted = holm(family.map(p))
    return family.map(({ alpha, test, higherIsBetter }, i) => {
      if (adjusted[i]! > alpha) return "inconclusive"
      return test!.mean > 0 === higherIsBetter ? "better" : "worse"
    })
  }

/** The rule of the verdicts, and the two that it was chosen against. */
export const rules = {
  ours: (family) => decideFamily(family).map(({ outcome }) => outcome),
  "t alone": byP(({ test }) => test!.pValue),
  // Above the level of t the exact p changes nothing, and takes time.
  "t and exact": byP(({ test, exactP, alpha }) =>
    test!.pValue > alpha ? test!.pValue : Math.max(test!.pValue, exactP()!),
  ),
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

/** A contest of complete seeds without a margin, in which higher is better. */
export function contest(challenger: readonly number[], baseline: readonly number[], alpha: number): Contest {
  const none = { diverged: 0, failed: 0 }
  return {
    alpha,
    higherIsBetter: true,
    test: pairedT(challenger, baseline, alpha),
    exactP: () => signFlip(challenger.map((value, i) => value - baseline[i]!)),
    margin: null,
    headroom: true,
    lost: { challenger: none, baseline: none },
  }
}
