import type { AnswerKind } from "@saddlepoint/core/contracts/method"
import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { PlannedArm } from "@saddlepoint/core/declare/trial"
import type { MetricValue } from "@saddlepoint/lab/contracts/result"
import { noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { mean } from "@saddlepoint/metrics/maths/statistics/mean"
import type { FailureVerdict } from "@saddlepoint/metrics/verdict/failures"
import type { Headroom } from "@saddlepoint/metrics/verdict/headroom"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { type ArmName, armName } from "./armName.ts"
import { type ControlSet, controlSets, headrooms } from "./controls.ts"
import { choosesByOracle } from "./plannedSpec.ts"
import { type VerdictControls, verdictControlsOf, verdictsOf } from "./verdicts.ts"

/** An arm with its trials, in the order of the plan. */
export interface Arm extends ArmName {
  readonly role: PlannedArm["role"]
  /** What its method answers with, as the plan says, or, in plans of earlier versions, the record of its trials; null where neither does. */
  readonly answers: AnswerKind | null
  readonly trials: readonly TrialFinding[]
  /** Index into the palette: one arm keeps one colour through the whole page. */
  readonly colour: number
  /** Whether target labels chose its checkpoint: its scores stand in no column with others. */
  readonly oracle: boolean
}

/** Findings with all that several sections need of them. */
export interface Study {
  readonly findings: Findings
  readonly arms: readonly Arm[]
  readonly verdicts: readonly Verdict[]
  readonly verdictControls: VerdictControls
  readonly controls: readonly ControlSet[]
  readonly headrooms: Readonly<Record<string, Headroom>>
  /** Outputs that comparisons name come first. */
  readonly outputs: readonly MetricOutput[]
  label(arm: string): string
}

/** Orders what was found. Trials that the store does not know are taken from the plan as missing. */
export function studyOf(findings: Findings): Study {
  const known = new Set(findings.trials.map(({ id }) => id))
  const trials: TrialFinding[] = [
    ...findings.trials,
    ...findings.plan.trials
      .filter(({ id }) => !known.has(id))
      .map(({ id, arm, role, kind, seed }) => ({
        id,
        arm,
        role,
        kind,
        seed,
        status: "missing" as const,
        curves: noCurves,
      })),
  ]
  const byArm = groupedBy(trials, ({ arm }) => arm)
  const arms = findings.plan.arms.map((planned, colour) => {
    const own = (byArm.get(planned.name) ?? []).toSorted((a, b) => a.seed - b.seed)
    return {
      ...armName(planned),
      role: planned.role,
      answers: planned.answers ?? own.find(({ answers }) => answers !== undefined)?.answers ?? null,
      trials: own,
      colour,
      oracle: choosesByOracle(findings.plan, planned.name),
    }
  })
  const labels = new Map(arms.map(({ name, label }) => [name, label]))
  const compared = new Set(findings.plan.comparisons.map(({ metric }) => metric))
  return {
    findings,
    arms,
    verdicts: verdictsOf(findings),
    verdictControls: verdictControlsOf(findings),
    controls: controlSets(findings),
    headrooms: headrooms(findings),
    outputs: [
      ...findings.plan.outputs.filter(({ name }) => compared.has(name)),
      ...findings.plan.outputs.filter(({ name }) => !compared.has(name)),
    ],
    label: (arm) => labels.get(arm) ?? arm,
  }
}

/** Values of a metric output over an arm's completed trials, with their seeds. */
export function valuesOf(arm: Arm, metric: string): { readonly seed: number; readonly value: number }[] {
  return arm.trials.flatMap(({ seed, status, result }) => {
    const value = status === "completed" ? result?.metrics[metric]?.value : undefined
    return value !== undefined && Number.isFinite(value) ? [{ seed, value }] : []
  })
}

/** Finite values of a metric output over an arm's completed trials, with all that makes them comparable. */
export function judgedValuesOf(arm: Arm, metric: string): MetricValue[] {
  return arm.trials.flatMap(({ status, result }) => {
    const judged = status === "completed" ? result?.metrics[metric] : undefined
    return judged !== undefined && Number.isFinite(judged.value) ? [judged] : []
  })
}

/**
 * Evaluation noise of an arm's completed trials: root mean square of the standard deviations that their values would have
 * had with other images of the same generators. Null where the metric does not estimate it, and in older results.
 */
export function evaluationNoiseOf(arm: Arm, metric: string): number | null {
  const squares = arm.trials.flatMap(({ status, result }) => {
    const noise = status === "completed" ? result?.metrics[metric]?.noise : undefined
    return noise !== undefined && Number.isFinite(noise) ? [noise ** 2] : []
  })
  return squares.length === 0 ? null : Math.sqrt(mean(squares))
}

/** Two compared arms, and how often they fail. */
export interface ArmFailures {
  readonly challenger: string
  readonly baseline: string
  readonly failures: FailureVerdict
}

/** How often the arms of every compared pair fail; once, however many metrics they are compared on. */
export function failuresByArms({ verdicts }: Study): ArmFailures[] {
  return groupsOf(verdicts, ({ challenger, baseline }) => JSON.stringify([challenger, baseline])).map(
    ([verdict]) => verdict!,
  )
}

/** A sentence with arms by their readable names. */
export function relabelled(sentence: string, names: readonly string[], { label }: Study): string {
  // Longest first, as one arm's name may begin another's.
  const pattern = [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|")
  return sentence.replaceAll(new RegExp(pattern, "g"), label)
}

/** How many of an arm's trials ended in each way. */
export function countsOf(trials: readonly TrialFinding[]): Record<TrialFinding["status"], number> {
  const counts = { completed: 0, diverged: 0, failed: 0, missing: 0 }
  for (const { status } of trials) counts[status]++
  return counts
}

/** `lower is better`, `higher is better`. */
export function direction(output: MetricOutput): string {
  return output.higherIsBetter ? "higher is better" : "lower is better"
}

/** Items of one key together, in order of first appearance. */
export function groupsOf<T>(items: readonly T[], key: (item: T) => string): T[][] {
  return [...groupedBy(items, key).values()]
}

function groupedBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}
