import { stream } from "@saddlepoint/engine/random"
import { type Contest, decideFamily } from "../verdict/decision.ts"
import { contest, type RuleName, rules } from "./rules.ts"

/** What is said of two arms of equal mean, of which only the challenger collapses now and then. */
export interface UnequalShapes {
  /** By how many standard deviations of an ordinary seed a collapsed seed is worse. */
  readonly collapse: number
  readonly seeds: number
  /** Share of studies with a false `better`, by rule. */
  readonly better: Readonly<Record<RuleName, number>>
  /** Where a collapsed seed is recorded as diverged and has no score: our rule, and a t test over the seeds that are left. */
  readonly diverged: { readonly ours: number; readonly survivorsOnly: number }
}

const RATE = 0.1

/**
 * One comparison of a challenger of which 10 % of seeds collapse with a baseline that never does. Its other seeds are
 * better by so much that the means are equal: where no seed of a small study collapses, it looks better.
 */
export function unequalShapes(
  collapse: number,
  seeds: number,
  { repetitions, alpha }: { readonly repetitions: number; readonly alpha: number },
): UnequalShapes {
  const draws = stream(0, "studies", "unequal shapes", collapse, seeds)
  const counts: Record<RuleName, number> = { ours: 0, "t alone": 0, "t and exact": 0 }
  const diverged = { ours: 0, survivorsOnly: 0 }
  for (let i = 0; i < repetitions; i++) {
    const collapsed = Array.from({ length: seeds }, () => draws.uniform() < RATE)
    const challenger = collapsed.map((fell) => draws.normal() + RATE * collapse - (fell ? collapse : 0))
    const baseline = collapsed.map(() => draws.normal())
    const whole = contest(challenger, baseline, alpha)
    for (const rule of Object.keys(rules) as RuleName[]) {
      if (rules[rule]([whole])[0] === "better") counts[rule]++
    }
    const kept = (values: readonly number[]) => values.filter((_, seed) => !collapsed[seed])
    if (kept(challenger).length < 2) continue
    const survivors: Contest = {
      ...contest(kept(challenger), kept(baseline), alpha),
      lost: {
        challenger: { diverged: seeds - kept(challenger).length, failed: 0 },
        baseline: { diverged: 0, failed: 0 },
      },
    }
    if (decideFamily([survivors])[0]!.outcome === "better") diverged.ours++
    if (rules["t alone"]([survivors])[0] === "better") diverged.survivorsOnly++
  }
  const share = (rule: RuleName) => counts[rule] / repetitions
  return {
    collapse,
    seeds,
    better: { ours: share("ours"), "t alone": share("t alone"), "t and exact": share("t and exact") },
    diverged: {
      ours: diverged.ours / repetitions,
      survivorsOnly: diverged.survivorsOnly / repetitions,
    },
  }
}
