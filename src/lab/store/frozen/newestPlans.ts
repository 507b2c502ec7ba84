import { type KeptPlan, readPlans } from "./keptPlan.ts"

/** The newest plan of each profile that a run store keeps of an experiment, oldest first; none of a search, or of earlier versions. */
export function newestPlans(store: string, experiment: string): readonly KeptPlan[] {
  const newest = new Map<string | undefined, KeptPlan>()
  for (const kept of readPlans(store, experiment).plans) newest.set(kept.plan.profile, kept)
  return [...newest.values()].sort((a, b) => a.number - b.number)
}
