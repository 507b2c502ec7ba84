import { armPairs } from "./armPairs.ts"
import type { Evidence, JudgedTrial } from "./evidence.ts"
import { verdictsOnFailures } from "./failures.ts"
import type { SeedScores } from "./seedScores.ts"
import { type Verdict, verdictsOnWeighed } from "./verdict.ts"
import { weigh } from "./weigh.ts"

/** An arm's scores by training seed. */
export interface ScoredArm {
  readonly name: string
  readonly scores: SeedScores
  /** Seeds whose training diverged and so has no score; they count against the arm. */
  readonly diverged?: readonly number[]
}

/** Two arms and the question asked of them. */
export interface ScoredComparison {
  readonly metric: string
  readonly higherIsBetter: boolean
  readonly challenger: ScoredArm
  readonly baseline: ScoredArm
  /** Difference that counts as none, in the metric's own unit; without one no two arms are equivalent. */
  readonly margin?: number
}

/**
 * What `drawVerdicts` says of given scores, without an experiment. All comparisons given are one family; a seed that only one
 * arm has is a missing pair.
 *
 * @param alpha level of the family
 */
export function verdictsOnScores(comparisons: readonly ScoredComparison[], alpha = 0.05): Verdict[] {
  const family = comparisons.map(({ metric, higherIsBetter, challenger, baseline, margin }) => {
    const trials = [...trialsOf(challenger, metric), ...trialsOf(baseline, metric)]
    const evidence: Evidence = {
      comparisons: [],
      seeds: [...new Set(trials.map(({ seed }) => seed))],
      trials,
      outputs: [{ name: metric, higherIsBetter, unit: "", range: [-Infinity, Infinity] }],
      controls: {},
    }
    const names = { challenger: challenger.name, baseline: baseline.name }
    // The margin is absolute here, so that the share of an unknown distance to real images says nothing.
    const comparison = { metric, ...names, margin: 0, alpha }
    const pairs = armPairs(evidence)(comparison)
    return {
      weighed: { ...weigh(comparison, evidence, pairs), margin: margin ?? null },
      failures: { ...names, alpha, pairs },
    }
  })
  return verdictsOnWeighed(
    family.map(({ weighed }) => weighed),
    verdictsOnFailures(family.map(({ failures }) => failures)),
  )
}

function trialsOf({ name, scores, diverged = [] }: ScoredArm, metric: string): JudgedTrial[] {
  return [
    ...[...scores].map(
      ([seed, value]): JudgedTrial => ({
        arm: name,
        seed,
        status: "completed",
        values: { [metric]: { value, identity: {} } },
      }),
    ),
    ...diverged.map((seed): JudgedTrial => ({ arm: name, seed, status: "diverged", values: {} })),
  ]
}
