import { existsSync } from "node:fs"
import { join } from "node:path"
import type { AnyPlan } from "@saddlepoint/core/declare/trial"
import { listFolder } from "../files/durable.ts"
import { trialFolder, trialsFolder } from "../files/layout.ts"
import { newest, readPublished } from "../results/publication.ts"
import { allTrials } from "../trials/allTrials.ts"

/** What only an earlier version played, when a trial's metrics were part of it. */
export interface FormerResults {
  /** Trials of the plan that it played. */
  readonly trials: readonly string[]
  /** Whether it played trials that are none of the plan's, as those of other metrics are. */
  readonly others: boolean
}

/** Looks for results of an earlier version where a plan has trials without any. */
export function formerResults(plan: AnyPlan, store: string): FormerResults {
  const hasResults = (id: string) => existsSync(join(trialFolder(store, plan.experiment, id), "results"))
  const all = allTrials(plan)
  const missing = all.filter(({ id }) => !hasResults(id))
  const trials = missing.flatMap(({ id, formerId }) =>
    formerId !== undefined && formerId !== id && hasResults(formerId) ? [id] : [],
  )
  return { trials, others: missing.length > trials.length && hasOthers(plan, store) }
}

/** So many trials that the plan does not have are looked at. */
const looks = 20

function hasOthers(plan: AnyPlan, store: string): boolean {
  const known = new Set(allTrials(plan).flatMap(({ id, formerId = id }) => [id, formerId]))
  const others = listFolder(trialsFolder(store, plan.experiment)).filter((name) =>
    /^[0-9a-f]{16}$/.test(name),
  )
  return others
    .filter((id) => !known.has(id))
    .slice(0, looks)
    .some((id) => {
      const { results } = readPublished(trialFolder(store, plan.experiment, id), id)
      const result = newest(results.values())?.result
      return result !== undefined && result.kind !== "judge" && result.schema < 3
    })
}

/** In sentences; none where there are no such trials. */
export function formerResultsInWords({ trials, others }: FormerResults): string[] {
  const has = trials.length === 1 ? "1 trial has a result" : `${trials.length} trials have results`
  return [
    ...(trials.length === 0
      ? []
      : [
          `${has} of an earlier version, in which metrics were part of a trial: \`report\`, \`collect\`, \`status\` and \`verify\` read them, but a run cannot go on with them and plays anew, beside them.`,
        ]),
    ...(others
      ? [
          "The run store has trials of an earlier version that this plan does not name, perhaps because its metrics, which were part of them then, are others: `collect` lists them, and the definition of then reports them.",
        ]
      : []),
  ]
}
