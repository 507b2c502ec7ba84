import { registrationInWords } from "@saddlepoint/lab/planning/registration"
import type { TrialFinding } from "@saddlepoint/lab/store/findings"
import type { Study } from "./study.ts"

/** `results.json`: plan, verdicts and all results, without journals and without paths of the machine. */
export function resultsJson({ findings, arms, verdicts, verdictControls, headrooms }: Study): string {
  const { plan } = findings
  const trial = ({ id, kind, arm, role, seed, status, evidence, result }: TrialFinding) => ({
    id,
    kind,
    arm,
    role,
    seed,
    status,
    evidence,
    result,
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
    outputs: findings.outputs,
    comparisons: plan.comparisons,
    verdicts,
    verdictControls,
    headroom: headrooms,
    controls: findings.controls.map(trial),
    judges: findings.judges.map(trial),
    trials: arms.flatMap(({ trials }) => trials.map(trial)),
    environment: findings.environment,
  }
  return `${JSON.stringify(content, null, 2)}\n`
}
