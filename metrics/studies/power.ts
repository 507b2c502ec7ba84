import { stream } from "@saddlepoint/engine/random"
import { contest, type RuleName, rules } from "./rules.ts"

/** Share of studies that find a true difference. */
export interface Power {
  /** True mean of the paired differences in their standard deviations; they are normal. */
  readonly effect: number
  readonly seeds: number
  readonly comparisons: number
  /** Share in which the first comparison says `better`, by rule. */
  readonly found: Readonly<Record<RuleName, number>>
}

/** A challenger that is truly better, in a family whose other challengers are no better than the baseline. */
export function power(
  effect: number,
  seeds: number,
  comparisons: number,
  { repetitions, alpha }: { readonly repetitions: number; readonly alpha: number },
): Power {
  const draws = stream(0, "studies", "power", effect, seeds, comparisons)
  const normals = () => Array.from({ length: seeds }, () => draws.normal())
  const counts: Record<RuleName, number> = { ours: 0, "t alone": 0, "t and exact": 0 }
  for (let i = 0; i < repetitions; i++) {
    const baseline = normals()
    // A paired difference of two unit normals has the standard deviation sqrt(2).
    const better = normals().map((value) => value + effect * Math.SQRT2)
    const others = Array.from({ length: comparisons - 1 }, normals)
    const family = [better, ...others].map((challenger) => contest(challenger, baseline, alpha))
    for (const rule of Object.keys(rules) as RuleName[]) {
      if (rules[rule](family)[0] === "better") counts[rule]++
    }
  }
  const share = (rule: RuleName) => counts[rule] / repetitions
  return {
    effect,
    seeds,
    comparisons,
    found: { ours: share("ours"), "t alone": share("t alone"), "t and exact": share("t and exact") },
  }
}
