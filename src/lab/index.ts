export type { ChildMessage } from "./contracts/childMessage.ts"
export type { CodeIdentity } from "./contracts/codeIdentity.ts"
export type { Failure, FailureClass } from "./contracts/failure.ts"
export type { JournalStep } from "./contracts/journalStep.ts"
export type { MetricValue, ResultStatus, TrialResult } from "./contracts/result.ts"
export type { RunEvent } from "./contracts/runEvent.ts"
export type { TrialRequest } from "./contracts/trialRequest.ts"
export { openProgress, type Progress, type ProgressOptions } from "./progress/progress.ts"
export type { RunOptions } from "./schedule/runOptions.ts"
export { type RunSummary, runPlan, StoreUnusable } from "./schedule/runPlan.ts"
export { type Attempt, openAttempt } from "./store/attempts/attempt.ts"
export { type JournalLine, readJournal } from "./store/attempts/journal.ts"
export { type Manifest, type ManifestFacts, readManifest } from "./store/attempts/manifest.ts"
export { executionIdentity } from "./store/execution/executionIdentity.ts"
export { identifyCode } from "./store/execution/identifyCode.ts"
export { describeMachine, instructionFamily, type Machine } from "./store/execution/machine.ts"
export { attemptFolder, trialFolder } from "./store/files/layout.ts"
export { collectFindings } from "./store/reading/collect.ts"
export type { Findings, TrialFinding } from "./store/reading/findings.ts"
export type { Publication } from "./store/results/publication.ts"
export { allTrials } from "./store/trials/allTrials.ts"
export {
  type PublishedResult,
  publishedResult,
  readTrial,
  type TrialRecord,
} from "./store/trials/trialRecord.ts"
export { type TrialState, trialStates } from "./store/trials/trialStates.ts"
export { type ChildChannel, openChildChannel } from "./trial/childChannel.ts"
