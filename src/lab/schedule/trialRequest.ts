import { resolve } from "node:path"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { RequestParts, TrialRequest, TrialTask } from "../contracts/trialRequest.ts"

/** What all requests of one caller share; folders and files as they were given. */
export interface RequestWorld
  extends Pick<RequestParts, "profile" | "store" | "device" | "engine" | "code" | "execution" | "extra"> {
  readonly plan: Pick<AnyPlan, "experiment" | "hash">
  readonly definitionPath: string
  readonly overrides?: readonly string[]
}

/** The request of a trial's process: computes on the engine that its parent saw, with as many threads. */
export function trialRequest<Task extends TrialTask>(
  world: RequestWorld,
  trial: Trial,
  task: Task,
): TrialRequest<Task> {
  const {
    plan,
    store,
    definitionPath,
    profile,
    overrides = [],
    device,
    engine,
    code,
    execution,
    extra,
  } = world
  return {
    definition: resolve(definitionPath),
    ...(profile === undefined ? {} : { profile }),
    overrides,
    trial,
    store: resolve(store),
    experiment: plan.experiment,
    planHash: plan.hash,
    device,
    threads: engine.threads,
    execution,
    engine,
    code,
    ...(extra === undefined ? {} : { extra }),
    ...task,
  }
}
