import { join } from "node:path"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../../contracts/execution.ts"
import type { TrialResult } from "../../contracts/result.ts"
import { attemptNumbers } from "../attempts/attempt.ts"
import { readFailure } from "../attempts/failure.ts"
import { listFolder } from "../files/durable.ts"
import { trialFolder, trialsFolder } from "../files/layout.ts"
import { readEvaluations } from "../results/evaluations.ts"
import { judged, missingEvaluations } from "../results/judged.ts"
import { newest, readPublished, readResult } from "../results/publication.ts"
import { allTrials } from "./allTrials.ts"

/** Whether a trial has a result that all metrics judged, has one that some did not, ended without one the last time, or was never finished. */
export interface TrialState {
  readonly state: "done" | "unjudged" | "failed" | "missing"
  /** How a trial with a result ended; where it has several results, one of them. */
  readonly status?: TrialResult["status"]
  /** One sentence for `failed` and diverged trials. */
  readonly evidence?: string
}

/**
 * The state of every trial of a plan, by id; judges and controls as well.
 * @param executions counts only what a run would use; any result and any evaluation of it when left out
 */
export function trialStates(
  store: string,
  plan: AnyPlan,
  executions?: Executions,
): ReadonlyMap<string, TrialState> {
  const begun = new Set(listFolder(trialsFolder(store, plan.experiment)))
  const states = new Map<string, TrialState>()
  // Nearly all results of a store stand under one execution: looking there first spares a look into each folder.
  let likely: string | undefined
  for (const trial of allTrials(plan)) {
    const home = trialFolder(store, plan.experiment, trial.id)
    if (!begun.has(trial.id)) {
      states.set(trial.id, { state: "missing" })
      continue
    }
    const execution = executions?.of(trial).id
    const stored = resultLikelyUnder(execution ?? likely, home, trial.id, execution)
    likely = stored?.execution ?? likely
    states.set(trial.id, stateOf(home, stored, trial, executions))
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

function stateOf(
  home: string,
  stored: TrialResult | undefined,
  trial: Trial,
  executions: Executions | undefined,
): TrialState {
  if (stored !== undefined) {
    const { status, evidence } = stored
    const { evaluations } = readEvaluations(home, trial.id)
    const lacking =
      executions === undefined
        ? judged(trial, stored, evaluations).unjudged
        : missingEvaluations(trial, stored, evaluations, executions)
    const state = lacking.length === 0 ? "done" : "unjudged"
    return { state, status, ...(evidence === undefined ? {} : { evidence }) }
  }
  const last = attemptNumbers(home).at(-1)
  const failure = last === undefined ? undefined : readFailure(join(home, "attempts", String(last)))
  const others = executions !== undefined && failure?.execution !== executions.of(trial).id
  // Whoever left will go on: a preemption is no failure.
  if (failure === undefined || failure.class === "preempted" || others) return { state: "missing" }
  return { state: "failed", evidence: failure.sentence }
}
