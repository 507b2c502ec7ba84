import { errorCode } from "@saddlepoint/lab/store/files/durable"
import { reportFolder } from "@saddlepoint/lab/store/files/layout"
import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { alterationNotice, alteredRecords } from "@saddlepoint/reports/findings/alteredRecords"
import { verdictsOf } from "@saddlepoint/reports/findings/verdicts"
import { writeReport } from "@saddlepoint/reports/report"

/** What a run or a report ends with. */
export interface RunOutcome {
  readonly findings: Findings
  readonly verdicts: readonly Verdict[]
  /** Path of the page; null where it could not be written. */
  readonly report: string | null
  /** Why the report could not be written, in a sentence. */
  readonly unwritten?: string
  /** The one JSON object of `--json`. */
  readonly json: object
}

/** Writes the report, with the verdicts that it draws, by default into the experiment's folder of the run store. */
export async function publishReport(findings: Findings, store: string, folder?: string): Promise<RunOutcome> {
  const { plan } = findings
  const place = folder ?? reportFolder(store, plan.experiment, plan.profile)
  const written = await writeReport(findings, place).catch((error: unknown) => {
    // A store that may only be read, or a full disk: what was found is worth its words all the same.
    if (errorCode(error) === undefined) throw error
    return `Expected to write the report into ${place}, but got: ${(error as Error).message}. Give a folder that can be written with --out.`
  })
  const html = typeof written === "string" ? null : written.html
  const verdicts = typeof written === "string" ? verdictsOf(findings) : written.verdicts
  const json = {
    experiment: plan.experiment,
    trials: findings.trials.map(jsonOf),
    controls: findings.controls.map(jsonOf),
    judges: findings.judges.map(jsonOf),
    altered: alteredRecords(findings),
    verdicts: verdicts.map(({ missingPairs: _, differences: __, ...verdict }) => verdict),
    report: html,
  }
  const unwritten = typeof written === "string" ? { unwritten: written } : {}
  return { findings, verdicts, report: html, ...unwritten, json }
}

function jsonOf({ id, arm, role, seed, status, evidence, result }: TrialFinding) {
  return {
    id,
    arm,
    role,
    seed,
    status,
    ...(evidence === undefined ? {} : { evidence }),
    seconds: result?.seconds ?? null,
    metrics: result?.metrics ?? {},
    weightsSha256: result?.weightsSha256 ?? null,
  }
}

/** The verdicts in words, what did not finish, and where the page is. */
export function summaryOf({ findings, verdicts, report }: RunOutcome): string {
  const { trials, controls, judges, plan } = findings
  const count = (status: TrialFinding["status"]) => trials.filter((trial) => trial.status === status).length
  const counts = (["completed", "diverged", "failed", "missing"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`)
  const bad = [...judges, ...controls, ...trials].filter(
    ({ status }) => status === "diverged" || status === "failed",
  )
  return [
    plan.question,
    "",
    ...verdicts.map(({ outcome, sentence }) => `  ${outcome.toUpperCase().padEnd(12)}  ${sentence}`),
    "",
    `${trials.length} trials: ${counts.join(", ")}.`,
    ...bad.map(({ arm, seed, status, evidence }) => `  ${status}: ${arm}, seed ${seed}: ${evidence ?? ""}`),
    ...[...controls, ...trials].flatMap(({ arm, seed, unjudged = [], evidence = "" }) =>
      unjudged.length === 0
        ? []
        : [`  not judged by ${unjudged.join(", ")}: ${arm}, seed ${seed}: ${evidence}`],
    ),
    ...alterationNotice(findings).map((sentence) => `ALTERED: ${sentence}`),
    ...(report === null ? [] : [`Report: ${report}`]),
  ].join("\n")
}
