export { openProgress, type Progress, type ProgressOptions } from "./progress/progress.ts"
export type { RunEvent } from "./schedule/runEvent.ts"
export { type RunOptions, type RunSummary, runPlan, StoreUnusable } from "./schedule/runPlan.ts"
export { playOrder } from "./schedule/schedule.ts"
export { type Attempt, openAttempt } from "./store/attempt.ts"
export { collectFindings } from "./store/collect.ts"
export { type CodeIdentity, executionIdentity, identifyCode } from "./store/execution.ts"
export type { Failure, FailureClass } from "./store/failure.ts"
export type { Findings, TrialFinding } from "./store/findings.ts"
export { type JournalLine, readJournal } from "./store/journal.ts"
export { attemptFolder, trialFolder } from "./store/layout.ts"
export { describeMachine, instructionFamily, type Machine } from "./store/machine.ts"
export { type Manifest, type ManifestFacts, readManifest } from "./store/manifest.ts"
export type { Publication } from "./store/publication.ts"
export type { JournalStep, MetricValue, ResultStatus, TrialResult } from "./store/result.ts"
export {
  allTrials,
  type PublishedResult,
  publishedResult,
  readTrial,
  type TrialRecord,
  type TrialState,
  trialStates,
} from "./store/runStore.ts"
export {
  type ChildChannel,
  type ChildMessage,
  openChildChannel,
  type TrialRequest,
} from "./trial/childChannel.ts"
