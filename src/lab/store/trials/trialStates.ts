import { join } from "node:path"
import type { AnyPlan } from "@saddlepoint/core/declare/trial"
import type { TrialResult } from "../../contracts/result.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { readFailure } from "../attempts/failure.ts"
import { listFolder } from "../files/durable.ts"
import { trialFolder, trialsFolder } from "../files/layout.ts"
import { newest, readPublished, readResult } from "../results/publication.ts"
import { allTrials } from "./allTrials.ts"

/** Whether a trial has a result, ended without one the last time, or was never finished. */
export interface TrialState {
  readonly state: "done" | "failed" | "missing"
  /** How a `done` trial ended; where it has several results, one of them. */
  readonly status?: TrialResult["status"]
  /** One sentence for `failed` and diverged trials. */
  readonly evidence?: string
}

/**
 * The state of every trial of a plan, by id; judges and controls as well.
 * @param execution counts only results of this execution; any result when left out
 */
export function trialStates(
  store: string,
  plan: AnyPlan,
  execution?: string,
): ReadonlyMap<string, TrialState> {
  const begun = new Set(listFolder(trialsFolder(store, plan.experiment)))
  const states = new Map<string, TrialState>()
  // Nearly all results of a store stand under one execution: looking there first spares a look into each folder.
  let likely = execution
  for (const { id } of allTrials(plan)) {
    const home = trialFolder(store, plan.experiment, id)
    const stored = begun.has(id) ? resultLikelyUnder(likely, home, id, execution) : undefined
    likely = stored?.execution ?? likely
    states.set(id, begun.has(id) ? stateOf(home, stored, execution) : { state: "missing" })
  }
  return states
}

function resultLikelyUnder(
  likely: string | undefined,
  home: string,
  trial: string,
  execution: string | undefined,
): TrialResult | undefined {
  const first = likely === undefined ? "absent" : readResult(join(home, "results", `${likely}.json`), trial)
  if (typeof first !== "string" && first.result.execution === likely) return first.result
  const { results } = readPublished(home, trial)
  return (execution === undefined ? newest(results.values()) : results.get(execution))?.result
}

function stateOf(home: string, stored: TrialResult | undefined, execution: string | undefined): TrialState {
  if (stored !== undefined) {
    const { status, evidence } = stored
    return { state: "done", status, ...(evidence === undefined ? {} : { evidence }) }
  }
  const last = attemptNumbers(home).at(-1)
  const failure = last === undefined ? undefined : readFailure(join(home, "attempts", String(last)))
  const others = execution !== undefined && failure?.execution !== execution
  // Whoever left will go on: a preemption is no failure.
  if (failure === undefined || failure.class === "preempted" || others) return { state: "missing" }
  return { state: "failed", evidence: failure.sentence }
}
