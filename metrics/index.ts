/**
 * How images are judged: metrics, the networks that judge, statistics over seeds, verdicts. Usable without experiments; every
 * module can also be imported by its own path, e.g. `@saddlepoint/metrics/maths/features/frechet`.
 */

// For experiments: metrics and judges as plug-ins.

export { accuracy } from "./accuracy.ts"
export { judges, metrics } from "./catalogue.ts"
export { type FidOptions, fid } from "./fid.ts"
export { type FidInfinityOptions, fidInfinity } from "./fidInfinity.ts"
export { type InceptionScoreOptions, inceptionScore } from "./inceptionScore.ts"
export { type DomainClassifierOptions, domainClassifier } from "./judges/domainClassifier.ts"
export { type DomainFeaturesOptions, domainFeatures } from "./judges/domainFeatures.ts"
export { type InceptionOptions, inception } from "./judges/inception.ts"
export { type LpipsNetworkOptions, lpipsNetwork } from "./judges/lpipsNetwork.ts"
export { type SegmenterOptions, segmenter } from "./judges/segmenter.ts"
export { type KidOptions, kid } from "./kid.ts"
export { type LabelConsistencyOptions, labelConsistency } from "./labelConsistency.ts"
export { type LpipsOptions, lpips } from "./lpips.ts"
export { meanAbsoluteError } from "./meanAbsoluteError.ts"
export { meanSquaredError } from "./meanSquaredError.ts"
export { type MsSsimOptions, msSsim } from "./msSsim.ts"
export { type PrecisionRecallOptions, precisionRecall } from "./precisionRecall.ts"
export { proxyADistance } from "./proxyADistance.ts"
export { type PsnrOptions, psnr } from "./psnr.ts"
export { type SsimMetricOptions, ssim } from "./ssim.ts"
export { unsupervisedScores } from "./unsupervisedScores.ts"

// For images and features by themselves.

export { bootstrapStandardErrors, type Resampling } from "./measures/bootstrapStandardErrors.ts"
export {
  type ComparedImages,
  type CompareImagesOptions,
  compareImages,
  type ImageSource,
} from "./measures/compareImages.ts"
export { compareSeen, mergeSeen, noneSeen, type SeenSet, type SetMeasures, see } from "./measures/seenSet.ts"
export { openFeatureNetwork } from "./networks/featureNetwork.ts"
export { openInception } from "./networks/openInception.ts"
export { openLpips } from "./networks/openLpips.ts"
export { openSeeded } from "./networks/openSeeded.ts"
export { openVgg16 } from "./networks/torchvision.ts"
export { chains } from "./resize/chains.ts"
export { resizers } from "./resize/resizers.ts"
export { readFrechetStatistics, writeFrechetStatistics } from "./weightFiles/frechetStatistics.ts"
export { knownWeights } from "./weightFiles/knownWeights.ts"
export { readKnownWeights, readWeights } from "./weightFiles/readWeights.ts"

// Verdicts over seeds.

export type { Outcome } from "./verdict/decision.ts"
export { differing } from "./verdict/differing.ts"
export type { Evidence, JudgedTrial, JudgedValue, MissingPair } from "./verdict/evidence.ts"
export { type ControlValues, classAccuracyGap, type Headroom, headroomOf } from "./verdict/headroom.ts"
export { sameArm } from "./verdict/sameArm.ts"
export { type SeedScores, seedScores } from "./verdict/seedScores.ts"
export { shuffledLabels } from "./verdict/shuffledLabels.ts"
export { drawVerdicts, type Verdict } from "./verdict/verdict.ts"
export { verdictsOnScores } from "./verdict/verdictsOnScores.ts"

// The mathematics, from numbers to numbers; `analysis` is what nothing else here uses.

export * as analysis from "./analysis/index.ts"
export * as adaptation from "./maths/adaptation/index.ts"
export * as features from "./maths/features/index.ts"
export * as images from "./maths/images/index.ts"
export * as statistics from "./maths/statistics/index.ts"
