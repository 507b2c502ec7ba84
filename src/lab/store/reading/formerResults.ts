import { existsSync } from "node:fs"
import { join } from "node:path"
import type { AnyPlan } from "@saddlepoint/core/declare/trial"
import { trialFolder } from "../files/layout.ts"
import { allTrials } from "../trials/allTrials.ts"

/** Trials of a plan that only an earlier version played, when a trial's metrics were part of it. */
export function formerResults(plan: AnyPlan, store: string): readonly string[] {
  const hasResults = (id: string) => existsSync(join(trialFolder(store, plan.experiment, id), "results"))
  return allTrials(plan).flatMap(({ id, formerId }) =>
    formerId !== undefined && formerId !== id && hasResults(formerId) && !hasResults(id) ? [id] : [],
  )
}

/** In a sentence; none where there are no such trials. */
export function formerResultsInWords(trials: readonly string[]): string[] {
  if (trials.length === 0) return []
  const has = trials.length === 1 ? "1 trial has a result" : `${trials.length} trials have results`
  return [
    `${has} of an earlier version, in which metrics were part of a trial: \`report\`, \`collect\`, \`status\` and \`verify\` read them, but a run cannot go on with them and plays anew, beside them.`,
  ]
}
