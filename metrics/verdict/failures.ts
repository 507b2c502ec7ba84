import { holm } from "../maths/statistics/holm.ts"
import { mcnemar } from "../maths/statistics/mcnemar.ts"
import type { ArmPair } from "./evidence.ts"

/** Whether one arm loses more of its seeds than the other, failed and diverged together. */
export interface FailureVerdict {
  readonly outcome: "fails more" | "fails less" | "no difference shown"
  /** Planned seeds that failed or diverged. */
  readonly challenger: number
  readonly baseline: number
  readonly planned: number
  /** Two-sided p of McNemar's exact test over the seeds that were played in both arms. */
  readonly pValue: number
  /** Adjusted by Holm over the pairs of arms that are compared. */
  readonly adjustedP: number
  readonly sentence: string
}

/** What failures are judged from: one entry for each pair of arms, however many metrics they are compared on. */
export interface FailureContest {
  readonly challenger: string
  readonly baseline: string
  readonly alpha: number
  readonly pairs: readonly ArmPair[]
}

const lost = ({ status }: ArmPair["challenger"]) => status === "failed" || status === "diverged"

/**
 * Compares how often arms fail, separately from their scores when they do not: means over survivors would hide it.
 * McNemar's exact test over seeds, as the arms share them.
 */
export function verdictsOnFailures(contests: readonly FailureContest[]): FailureVerdict[] {
  const tests = contests.map(({ pairs }) => {
    const played = pairs.filter(
      ({ challenger, baseline }) => challenger.status !== "missing" && baseline.status !== "missing",
    )
    const only = (holds: (pair: ArmPair) => boolean) => played.filter(holds).length
    const challenger = only((pair) => lost(pair.challenger) && !lost(pair.baseline))
    const baseline = only((pair) => lost(pair.baseline) && !lost(pair.challenger))
    return { more: challenger > baseline, pValue: mcnemar(challenger, baseline).pValue }
  })
  const adjusted = holm(tests.map(({ pValue }) => pValue))
  return contests.map(({ challenger, baseline, alpha, pairs }, i) => {
    const { more, pValue } = tests[i]!
    const counts = {
      challenger: pairs.filter((pair) => lost(pair.challenger)).length,
      baseline: pairs.filter((pair) => lost(pair.baseline)).length,
    }
    const outcome = adjusted[i]! > alpha ? "no difference shown" : more ? "fails more" : "fails less"
    const claim = {
      "fails more": `${challenger} fails more often than ${baseline}`,
      "fails less": `${challenger} fails less often than ${baseline}`,
      "no difference shown": "a difference in failures is not shown",
    }[outcome]
    const p = `${contests.length > 1 ? "Holm-adjusted " : ""}exact p ${Number(adjusted[i]!.toPrecision(2))}`
    return {
      outcome,
      ...counts,
      planned: pairs.length,
      pValue,
      adjustedP: adjusted[i]!,
      sentence: `Failed or diverged: ${counts.challenger} of ${pairs.length} seeds of ${challenger}, ${counts.baseline} of ${baseline} (${p}): ${claim}.`,
    }
  })
}
