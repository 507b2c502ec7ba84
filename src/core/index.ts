/**
 * How experiments are declared, planned, trained and judged. Experiments import plug-ins by deep path
 * (`@saddlepoint/core/losses/l1`), so that a new loss does not change the code digest of an old experiment.
 */
export { type Axis, axis, type Sweepable, zipped } from "./contracts/axis.ts"
export { canonical, contentHash } from "./declare/canonical.ts"
export type {
  DataContract,
  Dataset,
  DatasetFacts,
  Field,
  FieldValues,
  OpenDataset,
  Split,
  SplitName,
} from "./contracts/dataset.ts"
export { decodeDefinition, type Experiment, type Reading } from "./declare/decode/decode.ts"
export type { ResolvedArm } from "./declare/decode/decodeArms.ts"
export { type Definition, isDefinition, type PluginMap, pluginMap } from "./declare/definition.ts"
export { type Evaluation, evaluate, evaluationBatch } from "./answer/evaluate.ts"
export { type Arm, baseline, bound, challenger, experiment, relative } from "./declare/experiment.ts"
export type { Batch, Game, Objective, Players, Stage, StageWorld, Turn } from "./contracts/game.ts"
export type { Judge } from "./contracts/judge.ts"
export { checkLaws } from "./laws/checkLaws.ts"
export { lawsOf } from "./laws/lawsOf.ts"
export { loadDefinition, parseDefinition } from "./load.ts"
export { type HostBatch, type Loader, type OpenLoader, readBatch } from "./play/loader.ts"
export type { AdversarialLoss, Loss, LossFacts, ReconstructionLoss, Scope } from "./contracts/loss.ts"
export { adversarialLoss, reconstructionLoss } from "./losses/define.ts"
export type { Method, MethodFacts } from "./contracts/method.ts"
export type {
  JudgedBatch,
  Metering,
  Metric,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
} from "./contracts/metric.ts"
export { InvalidDefinition, type Mistake, sentence } from "./contracts/mistake.ts"
export type { Optimiser } from "./contracts/optimiser.ts"
export { planTrials } from "./declare/plan.ts"
export type { Mode, Model, ModelFacts, Player } from "./contracts/player.ts"
export { type Kind, type Options, type Plugin, type Slot, type Use, use } from "./contracts/plugin.ts"
export type { Losses, PlayedTurns } from "./play/round.ts"
export { decodeSafetensors, encodeSafetensors } from "./play/safetensors.ts"
export { constant, linearDecay, type Schedule } from "./contracts/schedule.ts"
export type { Scorer } from "./contracts/scorer.ts"
export { type Outcome, type StepReport, type Training, train } from "./play/trainer.ts"
export type { TrainingState } from "./play/trainingState.ts"
export type { Comparison, Plan, Role, Trial, TrialKind } from "./declare/trial.ts"
export { restore, type Weights, weightsDigest, weightsOf } from "./play/weights.ts"
