import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Alteration } from "@saddlepoint/lab/store/reading/resultAlterations"
import { counted } from "../writing/figure.ts"

/** A file that is not as it was written, with the trial whose it is; files beside trials have none. */
export interface AlteredRecord extends Alteration {
  readonly trial?: string
  readonly arm?: string
  readonly seed?: number
}

/** Everything in the run store that is not as it was written, trial by trial. */
export function alteredRecords({ judges, controls, trials, altered = [] }: Findings): AlteredRecord[] {
  const ofTrials = [...judges, ...controls, ...trials].flatMap(({ id, arm, seed, altered = [] }) =>
    altered.map((alteration) => ({ trial: id, arm, seed, ...alteration })),
  )
  return [...ofTrials, ...altered]
}

/**
 * Whether what is told of a trial is not as it was written: its result is lost, or used although something that it vouches for was
 * changed. What is left of attempts before it, as of a changed result that was played again since, does not count.
 */
export function isAltered({ result, attempt, altered = [] }: TrialFinding): boolean {
  const own = attempt === undefined ? "attempts/" : `attempts/${attempt}/`
  return result === undefined ? altered.length > 0 : altered.some(({ file }) => file.startsWith(own))
}

/**
 * What a reader must know before the verdicts, in sentences; none where every record is as it was written. A result that was
 * changed counts as missing; one whose journal, picture or other file was changed counts, as it vouches for its own values.
 */
export function alterationNotice(findings: Findings): string[] {
  const records = alteredRecords(findings)
  if (records.length === 0) return []
  const all = [...findings.judges, ...findings.controls, ...findings.trials]
  const marked = all.filter(isAltered)
  const lost = marked.filter(({ result }) => result === undefined).length
  const used = marked.length - lost
  const head = `${counted(records.length, "file")} of the run store ${records.length === 1 ? "is" : "are"} not as written.`
  return [
    head,
    ...(lost === 0
      ? []
      : [
          `${counted(lost, "trial")} without a result that can be believed ${lost === 1 ? "counts" : "count"} as missing.`,
        ]),
    ...(used === 0
      ? []
      : [
          `The verdicts rest on ${counted(used, "trial")} of whose record a part was changed; the values are those that were written.`,
        ]),
    ...records.map(({ arm, seed, trial, sentence }) =>
      trial === undefined ? sentence : `${arm}, seed ${seed} (${trial}): ${sentence}`,
    ),
  ]
}
