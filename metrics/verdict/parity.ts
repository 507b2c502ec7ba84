import type { ArmTuning, Choice } from "@saddlepoint/core/declare/choice"
import type { Comparison } from "@saddlepoint/core/declare/trial"
import type { Verdict } from "./verdict.ts"

/**
 * Withholds `better` where the challenger was tuned more than the baseline it beats: more configurations were tried for
 * it, or more steps were granted to trying them. What a comparison waives in words is said beside the verdict.
 * @param tuning of the arms; nothing is withheld where nothing was tuned
 */
export function withEqualTuning(
  verdicts: readonly Verdict[],
  comparisons: readonly Comparison[],
  tuning: Choice | undefined,
): Verdict[] {
  if (tuning === undefined) return [...verdicts]
  return verdicts.map((verdict) => {
    const [challenger, baseline] = [tuning.arms[verdict.challenger], tuning.arms[verdict.baseline]]
    if (verdict.outcome !== "better" || challenger === undefined || baseline === undefined) return verdict
    if (challenger.tried <= baseline.tried && challenger.steps <= baseline.steps) return verdict
    const unequal = `${verdict.challenger} was tuned with ${costOf(challenger)}, ${verdict.baseline} with ${costOf(baseline)}`
    const { waiveParity } = comparisons.find((one) => isOf(one, verdict)) ?? {}
    if (waiveParity !== undefined) {
      return { ...verdict, sentence: `${verdict.sentence} Waived: ${unequal} (${waiveParity}).` }
    }
    const sentence = `Better, but the verdict is withheld, because ${unequal}: search both alike, or waive parity in words. ${verdict.sentence}`
    return { ...verdict, outcome: "inconclusive", sentence }
  })
}

function costOf({ tried, steps }: ArmTuning): string {
  return `${tried} ${tried === 1 ? "configuration" : "configurations"} and ${steps} steps`
}

function isOf({ metric, challenger, baseline }: Comparison, verdict: Verdict): boolean {
  return metric === verdict.metric && challenger === verdict.challenger && baseline === verdict.baseline
}
