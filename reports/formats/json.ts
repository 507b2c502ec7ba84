import { withPathsCut } from "@saddlepoint/lab/store/files/privacy"
import { registrationInWords } from "@saddlepoint/lab/store/frozen/registration"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Confusion } from "@saddlepoint/metrics/maths/adaptation/confusion"
import { type Adaptation, adaptedArms } from "../findings/adaptation/adaptation.ts"
import { changes, summed } from "../findings/adaptation/classAnswers.ts"
import type { Study } from "../findings/study.ts"

/** `results.json`: plan, verdicts and all results, without journals and without paths of the machine. */
export function resultsJson(study: Study, adaptation: Adaptation | null = null): string {
  const { findings, arms, verdicts, verdictControls, headrooms } = study
  const { plan } = findings
  const trial = ({
    id,
    kind,
    arm,
    role,
    seed,
    answers,
    status,
    evidence,
    result,
    altered,
  }: TrialFinding) => ({
    id,
    kind,
    arm,
    role,
    seed,
    answers,
    status,
    evidence,
    result,
    altered,
  })
  const content = {
    schema: 1,
    experiment: plan.experiment,
    question: plan.question,
    profile: plan.profile,
    definition: plan.hash,
    registration: findings.registration && {
      registered: findings.registration.own?.date,
      resultsBefore: findings.registration.own?.resultsBefore,
      sentences: registrationInWords(findings.registration),
      changes: findings.registration.changes,
    },
    seeds: plan.seeds,
    outputs: findings.plan.outputs,
    comparisons: plan.comparisons,
    verdicts,
    verdictControls,
    headroom: headrooms,
    ...(adaptation === null ? {} : { adaptation: adaptationJson(adaptation) }),
    controls: findings.controls.map(trial),
    judges: findings.judges.map(trial),
    trials: arms.flatMap(({ trials }) => trials.map(trial)),
    environment: findings.environment,
    altered: findings.altered?.length === 0 ? undefined : findings.altered,
  }
  return `${JSON.stringify(content, (_, value) => (typeof value === "string" ? withPathsCut(value) : value), 2)}\n`
}

/** Bounds, shares of the gap, answers by class (rows: label, columns: answer) and shares of variance, arm by arm. */
function adaptationJson(adaptation: Adaptation) {
  const arms = adaptedArms(adaptation)
  return arms.map(({ arm, method, selection, source, target, lower, upper, gap, answers, embedding }) => {
    const from = arms.find((other) => other.arm === lower)?.answers
    return {
      arm: arm.name,
      method,
      selection,
      source,
      target,
      lowerBound: lower?.name ?? null,
      upperBound: upper?.name ?? null,
      gapClosed: gap.closed ?? null,
      gapSentence: gap.sentence ?? null,
      answers: answers?.labelled
        ? {
            classes: answers.classes,
            seeds: [...answers.target.keys()],
            counts: rowsOf(summed(answers)),
            recallChange: (from && arm !== lower && changes(answers, from)) || null,
          }
        : null,
      embedding: embedding && { seed: embedding.seed, varianceShares: embedding.shares },
    }
  })
}

function rowsOf({ classes, counts }: Confusion): number[][] {
  return Array.from({ length: classes }, (_, label) => [
    ...counts.subarray(label * classes, (label + 1) * classes),
  ])
}
