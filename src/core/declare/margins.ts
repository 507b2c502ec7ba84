import { answeringOf } from "../answer/answerings.ts"
import { isObject, type Json } from "../contracts/json.ts"
import type { Mistake } from "../contracts/mistake.ts"
import type { Experiment } from "./decode/decode.ts"

/**
 * Margins that were declared and mean nothing: they are shares of the distance from what perfect answers score, which the real images among the
 * controls show, or the metric knows (`best`). Where neither does, no difference would ever count as none.
 */
export function idleMargins({ arms, comparisons, definition, metrics }: Experiment): readonly Mistake[] {
  const { compare = [] } = definition
  const declared = Array.isArray(compare) ? (compare as readonly Json[]) : [compare]
  const bests = new Map(
    metrics.flatMap((metric) => metric.build().outputs.map(({ name, best }) => [name, best] as const)),
  )
  return declared.flatMap((json, index): readonly Mistake[] => {
    if (!isObject(json) || typeof json.margin !== "number" || json.margin === 0) return []
    const { metric, margin } = json
    if (typeof metric !== "string" || bests.get(metric) !== undefined) return []
    const compared = comparisons.filter((one) => one.metric === metric && one.margin === margin)
    const unknown = arms.find(
      (arm) =>
        compared.some(({ challenger, baseline }) => challenger === arm.name || baseline === arm.name) &&
        answeringOf(arm.build().answers).controls.length === 0,
    )
    if (unknown === undefined) return []
    const path = Array.isArray(compare) ? ["compare", index, "margin"] : ["compare", "margin"]
    const message = `${margin} would be a share of the distance from what real images score on ${metric}, which nothing shows where arms such as ${unknown.name} are judged; leave the margin out, and no arm is called equivalent, or compare by a metric whose best value is known`
    return [{ path, message }]
  })
}
