import type { Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../contracts/execution.ts"
import type { Failure } from "../contracts/failure.ts"
import type { JournalStep } from "../contracts/journalStep.ts"
import { attemptNumbers } from "../store/attempts/attempt.ts"
import { readFailure } from "../store/attempts/failure.ts"
import { readJournal } from "../store/attempts/journal.ts"
import { type Manifest, readManifest } from "../store/attempts/manifest.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import type { JudgedResult } from "../store/reading/findings.ts"
import { judgedResult } from "../store/reading/judgedResult.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"

/** What a run store tells of a trial under one execution, from the attempt that counts: the one with the result, or the last. */
export interface TrialFacts {
  /** When the first attempt under this execution began, in milliseconds since 1970: the base of all times of the trial. */
  readonly base: number
  /** When the attempt that counts began. */
  readonly begun: number
  readonly manifest: Manifest
  readonly steps: readonly JournalStep[]
  readonly result?: JudgedResult
  /** How the attempt that counts ended, where it ended without a result. */
  readonly failure?: Failure
}

/** Reads a trial; undefined while no attempt under this execution has written its manifest. */
export function readTrialFacts(
  store: string,
  experiment: string,
  trial: Trial,
  executions: Executions,
): TrialFacts | undefined {
  const execution = executions.of(trial).id
  const attempts = attemptNumbers(trialFolder(store, experiment, trial.id)).flatMap((number) => {
    const folder = attemptFolder(store, experiment, trial.id, number)
    const manifest = readManifest(folder)
    return manifest?.execution === execution ? [{ number, folder, manifest }] : []
  })
  const published = publishedResult(store, experiment, trial.id, execution)
  const chosen = attempts.find(({ number }) => number === published?.attempt) ?? attempts.at(-1)
  if (chosen === undefined) return undefined
  const { folder, manifest } = chosen
  const failure = published === undefined ? readFailure(folder) : undefined
  const result = judgedResult(store, experiment, trial, executions)
  return {
    base: Date.parse(attempts[0]!.manifest.startedAt),
    begun: Date.parse(manifest.startedAt),
    manifest,
    steps: readJournal(folder).steps,
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { failure }),
  }
}
