/**
 * How experiments are declared, planned, trained and judged. Experiments import plug-ins by deep path
 * (`@saddlepoint/core/losses/l1`), so that a new loss does not change the code digest of an old experiment.
 */

export { evaluationBatch } from "./answer/answering.ts"
export { type Evaluation, evaluate } from "./answer/evaluate.ts"
export { type Axis, axis, type Sweepable, zipped } from "./contracts/axis.ts"
export type {
  Dataset,
  DatasetFacts,
  FieldValues,
  HostBatch,
  OpenDataset,
  Split,
  SplitName,
} from "./contracts/dataset.ts"
export type { Field, FieldKinds, Fields } from "./contracts/field.ts"
export {
  type Batch,
  type Cadence,
  type Game,
  type Group,
  type HostKeep,
  type Keep,
  type Learn,
  learn,
  type Move,
  nCritic,
  type Objective,
  type Players,
  type Scene,
  type Stage,
  type StageWorld,
} from "./contracts/game.ts"
export type { GivenNetwork, OpenNetwork } from "./contracts/givenNetwork.ts"
export type { Judge } from "./contracts/judge.ts"
export type { AnyLoss, Loss, LossFacts, Role as LossRole, Roles, Scope, Side } from "./contracts/loss.ts"
export type { Answer, AnswerKind, Asked, Method, MethodFacts } from "./contracts/method.ts"
export type {
  ClassifiedBatch,
  ImageBatch,
  Metering,
  Metric,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
  PairBatch,
} from "./contracts/metric.ts"
export { InvalidDefinition, type Mistake, sentence } from "./contracts/mistake.ts"
export type { AnyOptimiser, HostOptimiser, Optimiser } from "./contracts/optimiser.ts"
export type { Mode, Model, ModelFacts, Player, PlayerFields, Values } from "./contracts/player.ts"
export { type Kind, type Options, type Plugin, type Slot, type Use, use } from "./contracts/plugin.ts"
export type { Schedule } from "./contracts/schedule.ts"
export type { Scorer } from "./contracts/scorer.ts"
export { canonical, contentHash } from "./declare/canonical.ts"
export { decodeDefinition, type Experiment, type Reading } from "./declare/decode/decode.ts"
export type { ResolvedArm } from "./declare/decode/decodeArms.ts"
export { type Definition, isDefinition, type PluginMap, pluginMap } from "./declare/definition.ts"
export { type Arm, baseline, bound, challenger, experiment, relative } from "./declare/experiment.ts"
export { planTrials } from "./declare/plan.ts"
export type { Comparison, Plan, Role, Trial, TrialKind } from "./declare/trial.ts"
export { checkLaws } from "./laws/checkLaws.ts"
export { lawsOf } from "./laws/lawsOf.ts"
export { loadDefinition, parseDefinition, readDefinition } from "./load.ts"
export { objectiveOf, termsOf } from "./losses/compose.ts"
export { loss } from "./losses/define.ts"
export { type Loader, type OpenLoader, readBatch } from "./play/loader.ts"
export type { Losses, PlayedMoves } from "./play/round.ts"
export { decodeSafetensors, encodeSafetensors } from "./play/safetensors.ts"
export { type Outcome, type StepReport, type Training, train } from "./play/trainer.ts"
export type { TrainingState } from "./play/trainingState.ts"
export { restore, type Weights, weightsDigest, weightsOf } from "./play/weights.ts"
