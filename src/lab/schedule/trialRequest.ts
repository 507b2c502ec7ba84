import { resolve } from "node:path"
import type { AnyPlan, Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { AskedEvaluation } from "../contracts/evaluation.ts"
import type { Executions } from "../contracts/execution.ts"
import type { PluginSource, RequestParts, TrialRequest, TrialTask } from "../contracts/trialRequest.ts"

/** What all requests of one caller share; folders and files as they were given. */
export interface RequestWorld
  extends Pick<RequestParts, "profile" | "store" | "device" | "engine" | "unconfined" | "extra"> {
  readonly plan: Pick<AnyPlan, "experiment" | "hash" | "judges">
  readonly definitionPath: string
  readonly overrides?: readonly string[]
  readonly executions: Executions
  /** Of the trial, or of some evaluations of it. The definition's file brings all of them where left out. */
  readonly pluginsOf?: (about: Trial | Evaluation) => readonly PluginSource[]
}

/**
 * The request of a trial's process: computes on the engine that its parent saw, with as many threads.
 * @param evaluations what is to be judged
 */
export function trialRequest<Task extends TrialTask>(
  world: RequestWorld,
  trial: Trial,
  task: Task,
  evaluations: readonly Evaluation[] = [],
): TrialRequest<Task> {
  const {
    plan,
    store,
    definitionPath,
    profile,
    overrides = [],
    device,
    engine,
    executions,
    unconfined,
    extra,
  } = world
  const { id: execution, code } = executions.of(trial)
  const judges = plan.judges.map((judge) => [judge.id, executions.of(judge).id] as const)
  const definition = resolve(definitionPath)
  const whole = { file: definition, name: "default" }
  return {
    definition,
    plugins: world.pluginsOf?.(trial) ?? [whole],
    judgingPlugins: world.pluginsOf === undefined ? [whole] : evaluations.flatMap(world.pluginsOf),
    ...(profile === undefined ? {} : { profile }),
    overrides,
    trial,
    store: resolve(store),
    experiment: plan.experiment,
    planHash: plan.hash,
    device,
    threads: engine.threads,
    execution,
    judging: evaluations.map((evaluation) => askedOf(executions, trial, evaluation)),
    judges: Object.fromEntries(judges.filter(([id]) => trial.needs.includes(id))),
    engine,
    code,
    ...(unconfined === true ? { unconfined } : {}),
    ...(extra === undefined ? {} : { extra }),
    ...task,
  }
}

function askedOf(executions: Executions, trial: Trial, evaluation: Evaluation): AskedEvaluation {
  const { id, code, metricCode } = executions.judging(trial, evaluation)
  const { digest, files, lockfile, sources } = code
  return {
    ...evaluation,
    execution: id,
    metricCode,
    code: { digest, files, lockfile, ...(sources === undefined ? {} : { sources }) },
  }
}
