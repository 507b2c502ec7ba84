/**
 * How experiments are declared, planned, trained and judged. Experiments import plug-ins by deep path
 * (`@saddlepoint/core/losses/l1`), so that a new loss does not change the code digest of an old experiment.
 */
export { type Axis, axis, type Sweepable, zipped } from "./axis.ts"
export { canonical, contentHash } from "./canonical.ts"
export type {
  DataContract,
  Dataset,
  DatasetFacts,
  Field,
  FieldValues,
  OpenDataset,
  Split,
  SplitName,
} from "./dataset.ts"
export { decodeDefinition, type Experiment, type Reading } from "./decode.ts"
export type { ResolvedArm } from "./decodeArms.ts"
export { type Definition, isDefinition, type PluginMap, pluginMap } from "./definition.ts"
export { type Evaluation, evaluate, evaluationBatch } from "./evaluate.ts"
export { type Arm, baseline, bound, challenger, experiment, relative } from "./experiment.ts"
export type { Batch, Game, Objective, Players, Stage, StageWorld, Turn } from "./game.ts"
export type { Judge } from "./judge.ts"
export { checkLaws } from "./laws/checkLaws.ts"
export { lawsOf } from "./laws/lawsOf.ts"
export { loadDefinition, parseDefinition } from "./load.ts"
export { type HostBatch, type Loader, type OpenLoader, readBatch } from "./loader.ts"
export type { AdversarialLoss, Loss, LossFacts, ReconstructionLoss, Scope } from "./loss.ts"
export { adversarialLoss, reconstructionLoss } from "./losses/define.ts"
export type { Method, MethodFacts } from "./method.ts"
export type {
  JudgedBatch,
  Metering,
  Metric,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
} from "./metric.ts"
export { InvalidDefinition, type Mistake, sentence } from "./mistake.ts"
export type { Optimiser } from "./optimiser.ts"
export { planTrials } from "./plan.ts"
export type { Mode, Model, ModelFacts, Player } from "./player.ts"
export { type Kind, type Options, type Plugin, type Slot, type Use, use } from "./plugin.ts"
export type { Losses, PlayedTurns } from "./round.ts"
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts"
export { constant, linearDecay, type Schedule } from "./schedule.ts"
export type { Scorer } from "./scorer.ts"
export { type Outcome, type StepReport, type Training, train } from "./trainer.ts"
export type { TrainingState } from "./trainingState.ts"
export type { Comparison, Plan, Role, Trial, TrialKind } from "./trial.ts"
export { restore, type Weights, weightsDigest, weightsOf } from "./weights.ts"
