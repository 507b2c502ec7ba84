import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import type { Plan } from "@saddlepoint/core/declare/trial"

/** The definition of an arm's method, as its planned trials have it; empty where the plan has none. */
export function plannedSpec({ trials }: Plan, arm: string): JsonObject {
  const spec = trials.find((trial) => trial.arm === arm)?.preimage.spec
  return isObject(spec) ? spec : {}
}

/** Whether target labels choose the checkpoint of an arm. */
export function choosesByOracle(plan: Plan, arm: string): boolean {
  return plannedSpec(plan, arm).selection === "targetOracle"
}
