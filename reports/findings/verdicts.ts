import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import type { Evidence } from "@saddlepoint/metrics/verdict/evidence"
import type { NegativeControl } from "@saddlepoint/metrics/verdict/negativeControl"
import { withEqualTuning } from "@saddlepoint/metrics/verdict/parity"
import { sameArm } from "@saddlepoint/metrics/verdict/sameArm"
import { shuffledLabels } from "@saddlepoint/metrics/verdict/shuffledLabels"
import { drawVerdicts, type Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { controlFinding, controlSets } from "./controls.ts"

/** The verdicts on all declared comparisons, from the findings alone. */
export function verdictsOf(findings: Findings): Verdict[] {
  const { comparisons, tuning } = findings.plan
  return withEqualTuning(drawVerdicts(evidenceOf(findings)), comparisons, tuning)
}

/** Negative controls of the verdicts' rule: it is applied where there is no effect to find, at no cost of training. */
export interface VerdictControls {
  readonly shuffledLabels: NegativeControl
  readonly sameArm: NegativeControl
}

/** Rearranges the findings' own scores and counts false wins. A second or two with 20 arms and metrics. */
export function verdictControlsOf(findings: Findings): VerdictControls {
  const evidence = evidenceOf(findings)
  return { shuffledLabels: shuffledLabels(evidence), sameArm: sameArm(evidence) }
}

function evidenceOf(findings: Findings): Evidence {
  const sets = controlSets(findings)
  return {
    comparisons: findings.plan.comparisons,
    seeds: findings.plan.seeds,
    outputs: findings.plan.outputs,
    controls:
      sets.length === 0
        ? {}
        : Object.fromEntries(
            findings.plan.outputs
              .filter(({ name }) => isJudged(findings, name))
              .map((output) => [output.name, sets.map((set) => controlFinding(set, output))]),
          ),
    trials: findings.trials.map(({ arm, seed, status, result }) => ({
      arm,
      seed,
      status,
      values: status === "completed" ? (result?.metrics ?? {}) : {},
    })),
  }
}

/** Whether anything has a value of a metric output yet: before, there are no pairs, which says more than that headroom is not known. */
function isJudged({ trials, controls }: Findings, metric: string): boolean {
  return [...controls, ...trials].some(({ result }) => result?.metrics[metric] !== undefined)
}
