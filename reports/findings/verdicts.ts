import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { MetricValue } from "@saddlepoint/lab/contracts/result"
import { type Headroom, headroomOf } from "@saddlepoint/metrics/verdict/headroom"
import { withEqualTuning } from "@saddlepoint/metrics/verdict/parity"
import { type Evidence, judge, type Verdict } from "@saddlepoint/metrics/verdict/verdict"
import type { Control } from "@saddlepoint/metrics/verdict/control"
import { sameArm } from "@saddlepoint/metrics/verdict/sameArm"
import { shuffledLabels } from "@saddlepoint/metrics/verdict/shuffledLabels"

/** The three controls, by the last part of their arm's name. */
export const controlNames = ["real", "blurred", "trivial"] as const
export type ControlName = (typeof controlNames)[number]

/** The control of a name whose trial completed. */
export function controlOf(findings: Findings, name: ControlName): TrialFinding | undefined {
  return findings.controls.find(
    ({ arm, status }) => status === "completed" && (arm === name || arm.endsWith(`/${name}`)),
  )
}

/** A control's value of a metric output. */
export function controlValue(findings: Findings, name: ControlName, metric: string): MetricValue | undefined {
  return controlOf(findings, name)?.result?.metrics[metric]
}

/**
 * Whether each metric output has headroom, by name. An output whose controls were planned but have no value has none
 * that is known, so no verdict rests on it; one without planned controls is left out.
 */
export function headrooms(findings: Findings): Readonly<Record<string, Headroom>> {
  if (findings.plan.controls.length === 0) return {}
  return Object.fromEntries(
    findings.outputs.map((output) => {
      const [real, degraded, trivial] = controlNames.map(
        (name) => controlValue(findings, name, output.name)?.value,
      )
      if (real === undefined || degraded === undefined || trivial === undefined) {
        const sentence = `Headroom of ${output.name} is not known: not every control has a value yet.`
        return [output.name, { headroom: false, sentence }]
      }
      return [output.name, headroomOf(output, { real, degraded, trivial })]
    }),
  )
}

/** The verdicts on all declared comparisons, from the findings alone. */
export function verdictsOf(findings: Findings): Verdict[] {
  const { comparisons, tuning } = findings.plan
  return withEqualTuning(judge(evidenceOf(findings)), comparisons, tuning)
}

/** What becomes of the verdicts' rule where there is nothing to find: the controls that cost no training. */
export interface VerdictControls {
  readonly shuffledLabels: Control
  readonly sameArm: Control
}

/** Deals the findings' own scores anew and counts false wins. A second or two with 20 arms and metrics. */
export function verdictControlsOf(findings: Findings): VerdictControls {
  const evidence = evidenceOf(findings)
  return { shuffledLabels: shuffledLabels(evidence), sameArm: sameArm(evidence) }
}

function evidenceOf(findings: Findings): Evidence {
  const real = Object.fromEntries(
    findings.outputs.flatMap(({ name }) => {
      const value = controlValue(findings, "real", name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  return {
    comparisons: findings.plan.comparisons,
    seeds: findings.plan.seeds,
    outputs: [...findings.outputs, ...unseen(findings)],
    real,
    headroom: headrooms(findings),
    trials: findings.trials.map(({ arm, seed, status, result }) => ({
      arm,
      seed,
      status,
      values: status === "completed" ? (result?.metrics ?? {}) : {},
    })),
  }
}

/** Metric outputs that comparisons name and no finished trial has given yet: without pairs, their verdicts are inconclusive. */
function unseen({ plan, outputs }: Findings): MetricOutput[] {
  const known = new Set(outputs.map(({ name }) => name))
  const names = new Set(plan.comparisons.map(({ metric }) => metric).filter((name) => !known.has(name)))
  return [...names].map((name) => ({
    name,
    higherIsBetter: true,
    unit: "",
    range: [-Infinity, Infinity] as const,
  }))
}
