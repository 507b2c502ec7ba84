import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { MetricValue } from "@saddlepoint/lab/contracts/result"
import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { differing } from "@saddlepoint/metrics/verdict/differing"
import type { ControlFinding } from "@saddlepoint/metrics/verdict/evidence"
import { type Headroom, headroomOf } from "@saddlepoint/metrics/verdict/headroom"

/** The three controls, by the last part of their arm's name. */
export const controlNames = ["real", "blurred", "trivial"] as const
export type ControlName = (typeof controlNames)[number]

/** The planned controls of one dataset. */
export interface ControlSet {
  /** What marks the dataset in the controls' names; empty where the plan has one dataset alone. */
  readonly dataset: string
  /** Those whose trial completed. */
  readonly judged: Readonly<Partial<Record<ControlName, TrialFinding>>>
}

/** `control/real`, or `control/real@1a2b3c4d` where the plan has several datasets. */
const controlArm = new RegExp(`^(?:control/)?(${controlNames.join("|")})(?:@(.*))?$`)

/** The planned controls, dataset by dataset. */
export function controlSets({ plan, controls }: Findings): ControlSet[] {
  const sets = new Map<string, Partial<Record<ControlName, TrialFinding>>>()
  const place = (arm: string) => {
    const [, name, dataset = ""] = controlArm.exec(arm) ?? []
    if (name === undefined) return undefined
    const judged = sets.get(dataset) ?? {}
    sets.set(dataset, judged)
    return { name: name as ControlName, judged }
  }
  for (const { arm } of plan.controls) place(arm)
  for (const control of controls) {
    const at = place(control.arm)
    if (at !== undefined && control.status === "completed") at.judged[at.name] ??= control
  }
  return Array.from(sets, ([dataset, judged]) => ({ dataset, judged }))
}

/** A control's value of a metric output. */
export function controlValue(
  { judged }: ControlSet,
  name: ControlName,
  metric: string,
): MetricValue | undefined {
  return judged[name]?.result?.metrics[metric]
}

/** What one dataset's controls say of a metric output; where one of them has no value yet, nothing is known. */
export function controlFinding(set: ControlSet, output: MetricOutput): ControlFinding {
  const values = controlNames.map((name) => controlValue(set, name, output.name))
  const [real, blurred, trivial] = values
  if (real === undefined || blurred === undefined || trivial === undefined) {
    return unknown(`Headroom of ${output.name} is not known: not every control has a value yet.`)
  }
  const unlike = differing([real, blurred, trivial])
  if (unlike !== null) {
    return unknown(
      `Headroom of ${output.name} is not known: the identities of the controls' values differ in ${unlike}.`,
    )
  }
  return {
    ...headroomOf(output, { real: real.value, degraded: blurred.value, trivial: trivial.value }),
    real,
  }
}

const unknown = (sentence: string): ControlFinding => ({ headroom: false, sentence })

/** Whether each metric output has headroom on every dataset, by name; outputs without planned controls are left out. */
export function headrooms(findings: Findings): Readonly<Record<string, Headroom>> {
  const sets = controlSets(findings)
  if (sets.length === 0) return {}
  return Object.fromEntries(
    findings.plan.outputs.map((output) => {
      const found = sets.map((set) => ({ set, ...controlFinding(set, output) }))
      const sentences = found.map(({ set, sentence }) =>
        set.dataset === "" ? sentence : `Dataset ${set.dataset}: ${sentence}`,
      )
      return [
        output.name,
        { headroom: found.every(({ headroom }) => headroom), sentence: sentences.join(" ") },
      ]
    }),
  )
}

/** The controls whose real images were judged like these values of a metric output; undefined where there are none. */
export function controlsLike(
  sets: readonly ControlSet[],
  metric: string,
  values: readonly MetricValue[],
): ControlSet | undefined {
  return sets.find((set) => {
    const real = controlValue(set, "real", metric)
    return real !== undefined && differing([real, ...values]) === null
  })
}
