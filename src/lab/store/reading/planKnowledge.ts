import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { KeptPlan } from "../frozen/keptPlan.ts"

/** What the plans that a run store keeps say of one trial. */
export interface TrialPlans {
  /** Names of the profiles under which it is planned, in their order; "" is a plan without one. */
  readonly profiles: readonly string[]
  /** SHA-256 of the definition, 64 hex digits, of the newest plan of each of these profiles that has the trial. */
  readonly definitions: readonly string[]
  /** Everything that decides what its training makes; see `Trial`. */
  readonly preimage: JsonObject
  /** Of the newest of these plans: ids of the evaluations that judge it, and the codes that its last run judged with, by metric. */
  readonly evaluations: ReadonlySet<string>
  readonly codes: Readonly<Record<string, string>>
}

/** What all kept plans of an experiment say. */
export interface PlanKnowledge {
  readonly trials: ReadonlyMap<string, TrialPlans>
  /** By name, of the newest plan that has it. */
  readonly outputs: ReadonlyMap<string, MetricOutput>
}

/** @param plans of one experiment, oldest first */
export function planKnowledge(plans: readonly KeptPlan[]): PlanKnowledge {
  const outputs = new Map<string, MetricOutput>()
  const having = new Map<string, { readonly trial: Trial; readonly newest: Map<string, KeptPlan> }>()
  for (const kept of plans) {
    const { plan } = kept
    for (const output of plan.outputs) outputs.set(output.name, output)
    for (const trial of [...plan.judges, ...plan.controls, ...plan.trials]) {
      for (const id of [trial.id, ...(trial.formerId === undefined ? [] : [trial.formerId])]) {
        const newest = having.get(id)?.newest ?? new Map<string, KeptPlan>()
        having.set(id, { trial, newest: newest.set(plan.profile ?? "", kept) })
      }
    }
  }
  const trials = [...having].map(([id, { trial, newest }]) => [id, trialPlans(trial, newest)] as const)
  return { trials: new Map(trials), outputs }
}

/** @param trial as the newest plan has it */
function trialPlans(
  { preimage, evaluations = [] }: Trial,
  newest: ReadonlyMap<string, KeptPlan>,
): TrialPlans {
  const profiles = [...newest.keys()].sort()
  const last = [...newest.values()].reduce((a, b) => (b.number > a.number ? b : a))
  return {
    profiles,
    definitions: profiles.map((profile) => newest.get(profile)!.plan.hash),
    preimage,
    evaluations: new Set(evaluations.map(({ id }) => id)),
    codes: last.used?.metrics ?? {},
  }
}
