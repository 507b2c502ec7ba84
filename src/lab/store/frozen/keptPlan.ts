import { join } from "node:path"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { Plan } from "@saddlepoint/core/declare/trial"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"
import { keepNumbered, numbersIn } from "../files/exclusive.ts"
import { experimentFolder } from "../files/layout.ts"
import { withoutPaths } from "../files/privacy.ts"
import { readSealed } from "../files/sealed.ts"

/**
 * A plan as the run store keeps it, `STORE/<experiment>/plans/<number>.json`: what a report and `status` need, so that neither the
 * definition nor its data must be there. Never changed afterwards. Paths in it are relative, or cut to their last name.
 */
export interface KeptPlan {
  readonly schema: typeof schema
  readonly number: number
  /** ISO 8601, UTC. */
  readonly date: string
  /** How it was asked for. */
  readonly asked: DefinitionFacts
  readonly plan: Plan
  /** What the last run of it used; absent where none was begun. */
  readonly used?: UsedExecutions
}

/** Which of several results and evaluations of a plan stand for it. */
export interface UsedExecutions {
  /** Executions of judges', controls' and arms' results, by arm. */
  readonly arms: Readonly<Record<string, string>>
  /** Metric codes of the evaluations, by the metric's name; see `Judging`. */
  readonly metrics: Readonly<Record<string, string>>
}

const schema = 1

/**
 * Keeps a plan as the newest of its profile, once: where the newest is this one already, asked for alike, nothing is written. One that
 * others have followed is written again, as the newest is what a name stands for.
 * @param used by the run that is about to begin; where left out, what the last one used stands
 * @returns the plan as it is kept, from which alone its report is drawn
 */
export function keepPlan(
  plan: Plan,
  store: string,
  asked: DefinitionFacts,
  { used, date = new Date().toISOString() }: { readonly used?: UsedExecutions; readonly date?: string } = {},
): KeptPlan {
  const draft = draftOf(plan, asked)
  const content = contentOf(draft)
  const isUsed = (kept: KeptPlan) =>
    used === undefined || (kept.used !== undefined && canonical({ ...kept.used }) === canonical({ ...used }))
  const folder = plansFolder(store, plan.experiment)
  for (;;) {
    // Before the plans are read, so that whoever keeps one in the meantime is either read or has taken the number.
    const number = 1 + (numbersIn(folder).at(-1) ?? 0)
    const newest = readPlans(store, plan.experiment).plans.findLast(
      (kept) => kept.plan.profile === plan.profile,
    )
    if (newest !== undefined && contentOf(newest) === content && isUsed(newest)) return newest
    const kept: KeptPlan = { schema, number, date, ...draft, ...(used === undefined ? {} : { used }) }
    if (keepNumbered(folder, number, kept)) return kept
  }
}

/** A plan as it would be kept; of a run store that may not be written, or holds none. */
export function draftOf(plan: Plan, asked: DefinitionFacts): Pick<KeptPlan, "asked" | "plan"> {
  // As JSON gives it back, so that what is drawn from it now is what is drawn from the file.
  return JSON.parse(JSON.stringify(withoutPaths({ asked, plan })))
}

/** The plans of an experiment, oldest first, and a sentence for each that is cut off or was changed. */
export function readPlans(
  store: string,
  experiment: string,
): { readonly plans: readonly KeptPlan[]; readonly damaged: readonly string[] } {
  const folder = plansFolder(store, experiment)
  const plans: KeptPlan[] = []
  const damaged: string[] = []
  for (const number of numbersIn(folder)) {
    const read = readSealed(join(folder, `${number}.json`), schema)
    const kept = typeof read === "string" ? undefined : (read.value as unknown as KeptPlan)
    if (kept?.schema === schema && kept.number === number) plans.push(kept)
    else
      damaged.push(
        `The plan plans/${number}.json of ${experiment} is damaged or was changed after it was written, and is not read.`,
      )
  }
  return { plans, damaged }
}

function contentOf({ asked, plan }: Pick<KeptPlan, "asked" | "plan">): string {
  return JSON.stringify([asked, plan])
}

function plansFolder(store: string, experiment: string): string {
  return join(experimentFolder(store, experiment), "plans")
}
