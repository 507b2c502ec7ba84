import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { differing } from "@saddlepoint/metrics/verdict/differing"
import type { MetricValue } from "../../contracts/result.ts"
import type { Findings, TrialFinding } from "./findings.ts"

/** A result in the order of one metric. */
export interface RankedResult {
  /** From 1 on. */
  readonly rank: number
  readonly trial: string
  readonly arm: string
  readonly seed: number
  readonly status: TrialFinding["status"]
  readonly value: number
  /** Standard deviation of the evaluation; absent where the metric does not estimate it. */
  readonly noise?: number
}

/** The best results by a metric, and how many there were to choose from. */
export interface BestResults {
  readonly metric: MetricOutput
  readonly best: readonly RankedResult[]
  /** Results with a value. */
  readonly of: number
  /** Trials without one: diverged, failed, missing or not judged by it. */
  readonly without: number
  /** On which the values were found. */
  readonly split: "test" | "validation"
}

/**
 * Orders the results of a plan's arms by a metric, the best first, as the metric declares it; of equal values in the order of the plan.
 * @param arm name of an arm, or the key under `arms` of all that its axes make; all arms where left out
 * @throws RangeError in one sentence where the plan has no such metric or arm, or values may not be compared
 */
export function bestResults(
  { plan, trials }: Findings,
  name: string,
  { arm, count }: { readonly arm?: string | undefined; readonly count: number },
): BestResults {
  const metric = plan.outputs.find((output) => output.name === name)
  if (metric === undefined) {
    const names = plan.outputs.map((output) => output.name)
    throw new RangeError(
      `Expected a metric of ${plan.experiment}, but got ${name}; it has ${names.join(", ") || "none"}.`,
    )
  }
  const meant = new Set(plan.arms.filter((one) => one.name === arm || one.key === arm).map((one) => one.name))
  if (arm !== undefined && meant.size === 0) {
    const names = [...new Set(plan.arms.flatMap((one) => [one.key, one.name]))]
    throw new RangeError(`Expected an arm of ${plan.experiment}, but got ${arm}; it has ${names.join(", ")}.`)
  }
  const asked = trials.filter((trial) => arm === undefined || meant.has(trial.arm))
  const judged = asked.flatMap((trial) => {
    const found = trial.result?.metrics[name]
    return found === undefined ? [] : [{ trial, found }]
  })
  refuseUnlike(
    name,
    judged.map(({ found }) => found),
  )
  const sign = metric.higherIsBetter ? -1 : 1
  // Sorting is stable, so that equal values keep the order of the plan.
  const sorted = judged.sort((a, b) => sign * (a.found.value - b.found.value))
  const best = sorted
    .slice(0, count)
    .map(({ trial: { id, arm: of, seed, status }, found: { value, noise } }, index) => ({
      rank: index + 1,
      trial: id,
      arm: of,
      seed,
      status,
      value,
      ...(noise === undefined ? {} : { noise }),
    }))
  const split = plan.trials[0]?.preimage.split === "validation" ? "validation" : "test"
  return { metric, best, of: judged.length, without: asked.length - judged.length, split }
}

function refuseUnlike(metric: string, values: readonly MetricValue[]): void {
  const unlike = differing(values)
  if (unlike === null) return
  throw new RangeError(
    `Expected values of ${metric} that may be compared, but their identities differ in ${unlike}; choose an arm with --arm, or run again, which judges all alike.`,
  )
}
