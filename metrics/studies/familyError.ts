import { stream } from "@saddlepoint/engine/random"
import { contest, type RuleName, rules } from "./rules.ts"
import { type ShapeName, shapes } from "./shapes.ts"

/** How often a family of comparisons between arms of one distribution claims a difference. */
export interface FamilyError {
  readonly shape: ShapeName
  readonly seeds: number
  readonly comparisons: number
  readonly rule: RuleName
  /** Share of studies with at least one false `better`, with at least one false `worse`, and with either. */
  readonly better: number
  readonly worse: number
  readonly either: number
  /** Simulation standard error of a share that is alpha itself: sqrt(alpha (1 - alpha) / repetitions). */
  readonly standardError: number
}

/**
 * Several challengers against one baseline that they share, all of one distribution: whatever is claimed is false.
 * A study with few comparisons is the first part of one with many.
 */
export function familyError(
  shape: ShapeName,
  seeds: number,
  families: readonly number[],
  { repetitions, alpha }: { readonly repetitions: number; readonly alpha: number },
): FamilyError[] {
  const draws = stream(0, "studies", "family error", shape, seeds)
  const arm = () => Array.from({ length: seeds }, () => shapes[shape](draws))
  const counts = families.flatMap((comparisons) =>
    (Object.keys(rules) as RuleName[]).map((rule) => ({ comparisons, rule, better: 0, worse: 0, either: 0 })),
  )
  for (let i = 0; i < repetitions; i++) {
    const baseline = arm()
    const contests = Array.from({ length: Math.max(...families) }, () => contest(arm(), baseline, alpha))
    for (const count of counts) {
      const outcomes = rules[count.rule](contests.slice(0, count.comparisons))
      const [better, worse] = [outcomes.includes("better"), outcomes.includes("worse")]
      if (better) count.better++
      if (worse) count.worse++
      if (better || worse) count.either++
    }
  }
  const standardError = Math.sqrt((alpha * (1 - alpha)) / repetitions)
  return counts.map(({ comparisons, rule, better, worse, either }) => ({
    shape,
    seeds,
    comparisons,
    rule,
    better: better / repetitions,
    worse: worse / repetitions,
    either: either / repetitions,
    standardError,
  }))
}
