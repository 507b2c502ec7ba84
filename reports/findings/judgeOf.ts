import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"

/** The trained judge that a metric output's values were found with, by the digest in their identity; undefined where none was. */
export function judgeOf({ judges, controls, trials }: Findings, metric: string): TrialFinding | undefined {
  for (const { result } of [...controls, ...trials]) {
    const digest = result?.metrics[metric]?.identity.judge
    if (digest === undefined) continue
    const judge = judges.find(({ result: own }) => own?.weightsSha256 === digest)
    if (judge !== undefined) return judge
  }
  return undefined
}
