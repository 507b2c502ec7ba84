/**
 * How images are judged: metrics, the networks that judge, statistics over seeds, verdicts. Usable without experiments; every
 * module can also be imported by its own path, e.g. `@saddlepoint/metrics/maths/features/frechet`.
 */

// For experiments: metrics and judges as plug-ins.
export { judges, metrics } from "./catalogue.ts"
export { type FidOptions, fid } from "./fid.ts"
export { type InceptionScoreOptions, inceptionScore } from "./inceptionScore.ts"
export { type DomainClassifierOptions, domainClassifier } from "./judges/domainClassifier.ts"
export { type DomainFeaturesOptions, domainFeatures } from "./judges/domainFeatures.ts"
export { type InceptionOptions, inception } from "./judges/inception.ts"
export { type LpipsNetworkOptions, lpipsNetwork } from "./judges/lpipsNetwork.ts"
export { type SegmenterOptions, segmenter } from "./judges/segmenter.ts"
export { type KidOptions, kid } from "./kid.ts"
export { type LabelConsistencyOptions, labelConsistency } from "./labelConsistency.ts"
export { type LpipsOptions, lpips } from "./lpips.ts"
export { addConfusion, type Confusion, mergeConfusions, noConfusion } from "./maths/adaptation/confusion.ts"
// The mathematics, from numbers to numbers.
export * as adaptation from "./maths/adaptation/index.ts"
export * as features from "./maths/features/index.ts"
export {
  addModes,
  type ModeCoverage,
  mergeModes,
  modeCoverage,
  noModes,
  type PointMixture,
  settledModes,
} from "./maths/features/modeCoverage.ts"
export { type FcnScore, fcnScore } from "./maths/images/fcnScore.ts"
export * as images from "./maths/images/index.ts"
export * as statistics from "./maths/statistics/index.ts"
export { meanAbsoluteError } from "./meanAbsoluteError.ts"
export { meanSquaredError } from "./meanSquaredError.ts"
// For images and features by themselves.
export {
  type ComparedImages,
  type CompareImagesOptions,
  compareImages,
  type ImageSource,
} from "./measures/compareImages.ts"
export { evaluationNoise, type Resampling } from "./measures/evaluationNoise.ts"
export { compareSeen, mergeSeen, noneSeen, type SeenSet, type SetMeasures, see } from "./measures/seenSet.ts"
export { msSsim } from "./msSsim.ts"
export { openNetwork } from "./networks/featureNetwork.ts"
export { openInception } from "./networks/openInception.ts"
export { openLpips } from "./networks/openLpips.ts"
export { openVgg16 } from "./networks/torchvision.ts"
export { type PrecisionRecallOptions, precisionRecall } from "./precisionRecall.ts"
export { proxyADistance } from "./proxyADistance.ts"
export { psnr } from "./psnr.ts"
export { chains } from "./resize/chains.ts"
export { resizers } from "./resize/resizers.ts"
export { ssim } from "./ssim.ts"
// Verdicts over seeds.
export { type ControlValues, classAccuracyGap, type Headroom, headroomOf } from "./verdict/headroom.ts"
export { judgeScores } from "./verdict/judgeScores.ts"
export { sameArm } from "./verdict/sameArm.ts"
export { type SeedScores, seedScores } from "./verdict/seedScores.ts"
export { shuffledLabels } from "./verdict/shuffledLabels.ts"
export {
  differing,
  type Evidence,
  type JudgedTrial,
  type JudgedValue,
  judge,
  type MissingPair,
  type Outcome,
  type Verdict,
} from "./verdict/verdict.ts"
export { readFrechetStatistics, writeFrechetStatistics } from "./weightFiles/frechetStatistics.ts"
export { knownWeights } from "./weightFiles/knownWeights.ts"
export { readKnownWeights, readWeights } from "./weightFiles/readWeights.ts"
