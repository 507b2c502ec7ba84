import type { Comparison } from "@saddlepoint/core/declare/trial"
import type { ArmPair, Evidence, JudgedTrial } from "./evidence.ts"

/**
 * The planned pairs of any comparison in rising order of seeds; what the evidence lacks is missing. The trials are put in order
 * once, as there may be a thousand of them and as many comparisons.
 */
export function armPairs({ seeds, trials }: Pick<Evidence, "seeds" | "trials">): PairsOf {
  const rising = seeds.toSorted((a, b) => a - b)
  const arms = new Map<string, Map<number, JudgedTrial>>()
  for (const trial of trials) {
    const bySeed = arms.get(trial.arm) ?? new Map<number, JudgedTrial>()
    arms.set(trial.arm, bySeed)
    if (!bySeed.has(trial.seed)) bySeed.set(trial.seed, trial)
  }
  const find = (arm: string, seed: number): JudgedTrial =>
    arms.get(arm)?.get(seed) ?? { arm, seed, status: "missing", values: {} }
  return ({ challenger, baseline }) =>
    rising.map((seed) => ({ seed, challenger: find(challenger, seed), baseline: find(baseline, seed) }))
}

/** Gives the planned pairs of a comparison. */
export type PairsOf = (comparison: Pick<Comparison, "challenger" | "baseline">) => ArmPair[]
