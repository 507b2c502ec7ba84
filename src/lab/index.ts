export { type Attempt, openAttempt } from "./attempt.ts"
export { type ChildChannel, type ChildMessage, openChildChannel, type TrialRequest } from "./childChannel.ts"
export { collectFindings } from "./collect.ts"
export { type CodeIdentity, executionIdentity, identifyCode } from "./execution.ts"
export type { Failure, FailureClass } from "./failure.ts"
export type { Findings, TrialFinding } from "./findings.ts"
export { type JournalLine, readJournal } from "./journal.ts"
export { attemptFolder, trialFolder } from "./layout.ts"
export { describeMachine, instructionFamily, type Machine } from "./machine.ts"
export { type Manifest, type ManifestFacts, readManifest } from "./manifest.ts"
export { openProgress, type Progress, type ProgressOptions } from "./progress.ts"
export type { Publication } from "./publication.ts"
export type { JournalStep, MetricValue, ResultStatus, TrialResult } from "./result.ts"
export type { RunEvent } from "./runEvent.ts"
export { type RunOptions, type RunSummary, runPlan, StoreUnusable } from "./runPlan.ts"
export {
  allTrials,
  type PublishedResult,
  publishedResult,
  readTrial,
  type TrialRecord,
  type TrialState,
  trialStates,
} from "./runStore.ts"
export { playOrder } from "./schedule.ts"
