import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import type { Plan } from "@saddlepoint/core/declare/trial"

/** The definition of an arm's method, as its planned trials have it; empty where the plan has none. */
export function plannedSpec({ trials }: Plan, arm: string): JsonObject {
  const spec = trials.find((trial) => trial.arm === arm)?.preimage.spec
  return isObject(spec) ? spec : {}
}

/** What chooses among the checkpoints of an arm, as the plan has it, or, in plans of earlier versions, the definition. */
export function plannedSelection(plan: Plan, arm: string): string {
  const planned = plan.arms.find(({ name }) => name === arm)?.selection
  const { selection } = plannedSpec(plan, arm)
  return planned ?? (isObject(selection) ? String(selection.use ?? "") : String(selection ?? "last"))
}

/** Whether target labels choose the checkpoint of an arm. */
export function choosesByOracle(plan: Plan, arm: string): boolean {
  return plannedSelection(plan, arm) === "targetOracle"
}
